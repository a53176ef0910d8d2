/** A name in lower case, a value, and the name as it was written; absent: each word of it has a capital. */
export type HeaderLine = [name: string, value: string, written?: string];

/** In the order in which they came. */
export type HeaderLines = HeaderLine[];

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
    const written = rawHeaders[i] as string;
    lines.push([written.toLowerCase(), rawHeaders[i + 1] as string, written]);
  }
  return lines;
}

/** All lines of a header as one value; undefined when there is none. */
export function headerOf(lines: HeaderLines, name: string): string | undefined {
  let joined: string | undefined;
  for (const [other, value] of lines) {
    if (other === name) joined = joined === undefined ? value : `${joined}, ${value}`;
  }
  return joined;
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
  return lines.flatMap((line) => [writtenName(line), isLatin1(line[1]) ? line[1] : inLatin1(line[1])]);
}

/** `X-Cache` for `x-cache`, unless it was written otherwise. */
export function writtenName([name, , written]: HeaderLine): string {
  return written ?? name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

function inLatin1(value: string): string {
  return Buffer.from(value).toString('latin1');
}

function isLatin1(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of Latin-1
  return /^[\u0000-\u00ff]*$/.test(text);
}
