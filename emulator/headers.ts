/** Header lines in the order in which they came, names in lower case. */
export type HeaderLines = [name: string, value: string][];

/**
 * Of one connection only, in either direction: no function sees them, and nothing passes them on.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
export const CONNECTION_HEADERS = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'trailer',
  'upgrade',
];

/** The lines without those of one connection, `te` and what `Connection` names among them. */
export function withoutConnection(lines: HeaderLines): HeaderLines {
  const named = (headerOf(lines, 'connection') ?? '').split(',').map((name) => name.trim().toLowerCase());
  return withoutHeaders(lines, [...CONNECTION_HEADERS, 'te', ...named]);
}

/** From `rawHeaders` of node:http, where names and values alternate. */
export function headerLines(rawHeaders: readonly string[]): HeaderLines {
  const lines: HeaderLines = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    lines.push([(rawHeaders[i] as string).toLowerCase(), rawHeaders[i + 1] as string]);
  }
  return lines;
}

/** All lines of a header as one value; undefined when there is none. */
export function headerOf(lines: HeaderLines, name: string): string | undefined {
  const values = lines.filter((line) => line[0] === name).map((line) => line[1]);
  return values.length === 0 ? undefined : values.join(', ');
}

export function withoutHeaders(lines: HeaderLines, names: readonly string[]): HeaderLines {
  return lines.filter(([name]) => !names.includes(name));
}

/** The lines with one header set to a single value, in place of any that it had. */
export function withHeader(lines: HeaderLines, name: string, value: string): HeaderLines {
  return [...withoutHeaders(lines, [name]), [name, value]];
}

/** The lines as node:http takes them, alternating; what is beyond Latin-1 goes out as UTF-8. */
export function rawHeaders(lines: HeaderLines): string[] {
  return lines.flatMap(([name, value]) => [name, isLatin1(value) ? value : Buffer.from(value).toString('latin1')]);
}

function isLatin1(text: string): boolean {
  return Buffer.from(text, 'latin1').toString('latin1') === text;
}
