/**
 * Whether an object in a valid JSON text has the same name twice. Readers differ in which value
 * counts, so that a signer and a verifier could read two policies in one text.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-4
 */
export function hasRepeatedNames(text: string): boolean {
  const tokens = text.match(/"(?:[^"\\]|\\[\s\S])*"|[{}[\]:,]/g) || [];
  /** The names of each object that is open; of a list, none. */
  const open: string[][] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as string;
    if (token === '{' || token === '[') open.push([]);
    else if (token === '}' || token === ']') open.pop();
    else if (tokens[i + 1] === ':') {
      const name = JSON.parse(token) as string;
      const names = open[open.length - 1] as string[];
      if (names.indexOf(name) !== -1) return true;
      names.push(name);
    }
  }
  return false;
}
