/** The pieces of JSON Schema that the document of the control API is made of. */

/** @see https://json-schema.org/draft/2020-12 */
export type Schema = Readonly<Record<string, unknown>>;

export function text(description: string, format?: string): Schema {
  return { type: 'string', description, ...(format !== undefined && { format }) };
}

/** One of these texts. */
export function word(words: readonly string[], description: string): Schema {
  return { type: 'string', enum: words, description };
}

export function number(description: string): Schema {
  return { type: 'number', description };
}

export function integer(description: string): Schema {
  return { type: 'integer', description };
}

export function flag(description: string): Schema {
  return { type: 'boolean', description };
}

export function list(items: Schema, description?: string): Schema {
  return { type: 'array', items, ...(description !== undefined && { description }) };
}

export function nullable(schema: Schema): Schema {
  return { anyOf: [schema, { type: 'null' }] };
}

/** With these properties and no others; all of them, but for those that are `optional`. */
export function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

/** An object of as many properties as there are. */
export function map(values: Schema, description: string): Schema {
  return { type: 'object', additionalProperties: values, description };
}

/** A schema that the document has once, under this name. */
export function named(title: string, schema: Schema): Schema {
  return { ...schema, title };
}
