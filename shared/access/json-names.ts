/**
 * Whether an object in a valid JSON text has the same name twice. Readers differ in which value
 * counts, so that a signer and a verifier could read two policies in one text.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-4
 */
export function hasRepeatedNames(text: string): boolean {
  const tokens = text.match(/"(?:[^"\\]|\\[\s\S])*"|[{}[\]:,]/g) || [];
  /** The names of each object that is open; of a list, none. */
  const open: Record<string, true>[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as string;
    if (token === '{' || token === '[') open.push(Object.create(null));
    else if (token === '}' || token === ']') open.pop();
    else if (tokens[i + 1] === ':') {
      const name = JSON.parse(token) as string;
      const names = open[open.length - 1] as Record<string, true>;
      if (names[name]) return true;
      names[name] = true;
    }
  }
  return false;
}
