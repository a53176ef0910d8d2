/** Directives by name in lower case; null: without a value. */
export type Directives = ReadonlyMap<string, string | null>;

/** Seconds that stand for all that is larger (RFC 9111, section 1.2.2). */
export const MAX_SECONDS = 2 ** 31;

/** Directives whose value lists headers; without one they hold for the whole response. */
export const NAMING = ['no-cache', 'private'];

/**
 * `Cache-Control`. A value may be a token or quoted, whatever the directive; one that is neither is
 * kept as it is, so that it makes no sense to whoever asks for its number. Of a directive that is there
 * twice the first counts; one that names headers, with all that it names.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-5.2
 */
export function directivesOf(field: string | undefined): Directives {
  const directives = new Map<string, string | null>();
  for (const member of membersOf(field)) {
    const equals = member.indexOf('=');
    const name = (equals === -1 ? member : member.slice(0, equals)).trim().toLowerCase();
    const value = equals === -1 ? null : unquoted(member.slice(equals + 1));
    const earlier = directives.get(name);
    if (earlier === undefined) directives.set(name, value);
    else if (NAMING.includes(name)) directives.set(name, earlier && value ? `${earlier},${value}` : null);
  }
  return directives;
}

/** The members of a list, without empty ones. A comma within quotes separates nothing. */
export function membersOf(field: string | undefined): string[] {
  const members = (field ?? '').match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
  return members.map((member) => member.trim()).filter((member) => member !== '');
}

/** A directive's number; 0 where it makes no sense, and null where the directive is not there. */
export function secondsIn(directives: Directives, name: string): number | null {
  const value = directives.get(name);
  return value === undefined ? null : (secondsOf(value ?? '') ?? 0);
}

/** Null for what is no whole, unsigned number. */
export function secondsOf(text: string): number | null {
  return /^\d+$/.test(text) ? Math.min(Number(text), MAX_SECONDS) : null;
}

/** The headers that `no-cache` or `private` names; none when the directive is absent. */
export function namedFields(directives: Directives, name: string): string[] {
  return membersOf(directives.get(name) ?? '').map((field) => field.toLowerCase());
}

/** Whether `no-cache` or `private` is there and holds for the whole response. */
export function isUnqualified(directives: Directives, name: string): boolean {
  return directives.has(name) && namedFields(directives, name).length === 0;
}

function unquoted(value: string): string {
  return /^"(?:[^"\\]|\\.)*"$/.test(value) ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
