/** What a part of a template names by `Ref`, `Fn::GetAtt` and `Fn::Sub`. */

/** Logical ids, and pseudo parameters. */
export function referencesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(referencesIn);
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'Ref') return [String(value)];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(value) ? value[0] : value).split('.', 1)[0] as string];
    if (key !== 'Fn::Sub') return referencesIn(value);
    const [text, values] = Array.isArray(value) ? value : [value, {}];
    const named = [...String(text).matchAll(/\$\{([^!}.]+)[^}]*\}/g)].map((match) => match[1] as string);
    return [...named.filter((name) => !(name in values)), ...referencesIn(values)];
  });
}
