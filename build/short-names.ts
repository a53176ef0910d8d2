/**
 * Properties that only our own code knows, and what the CloudFront Function calls them: its 10,240
 * bytes are few. None of these may be a name that comes from outside: of an event, a claim, a header of a
 * token, the key value store, or the runtime. Functions that do not read our settings keep their names.
 */
export const SHORT_NAMES: Readonly<Record<string, string>> = {
  resources: 'r',
  excluded: 'x',
  start: 's',
  end: 'e',
  sourceIps: 'i',
  countries: 'c',
  boundHeaders: 'b',
  boundDigest: 'B',
  viewerIp: 'v',
  scheme: 'm',
  query: 'q',
  header: 'h',
  prefix: 'p',
  bits: 't',
  algorithm: 'a',
  signedText: 'd',
  payload: 'l',
  signature: 'g',
  carriers: 'C',
  issuer: 'I',
  audience: 'A',
  leewaySeconds: 'L',
  revocation: 'R',
  cors: 'O',
  origins: 'o',
  credentials: 'k',
  maxAgeSeconds: 'M',
  signIn: 'S',
  hosts: 'H',
};

/** A value of the settings with the short names, in objects and lists below it too. */
export function shortened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [SHORT_NAMES[name] ?? name, shortened(item)]));
}
