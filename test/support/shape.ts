/** Whose names are the viewer's or the origin's: their values have one shape, or two where some come more than once. */
const MAPS = ['headers', 'querystring', 'cookies', 'customHeaders'];

/** Names of fields with the types of their values. */
export function shapeOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shapeOf(item))))].sort();
  if (typeof value !== 'object' || value === null) return typeof value;
  const fields = Object.entries(value).map(([field, item]) => [field, shapeOf(item, field)] as const);
  if (!MAPS.includes(name)) return Object.fromEntries(fields.sort());
  const named = Object.fromEntries(
    fields.flatMap(([, shape]) =>
      typeof shape === 'object' && !Array.isArray(shape) ? Object.entries(Object(shape)) : [['[]', shape]],
    ),
  );
  return Object.fromEntries(Object.entries(named).sort());
}
