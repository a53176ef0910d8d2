/** Credentials kept out of whatever is shown. */
import { readJsonObject } from '../../shared/access/token.ts';

const HIDDEN = '(hidden)';

/** As long as the shortest key, and shorter than any signature. */
const SECRET = /[\w~-]{43,}={0,2}/g;

/** A signed token: its header begins with `{"`, or with `{` and space. */
const TOKEN = /e[yw][\w-]{10,}\.[\w.~-]*/g;

/** The text without any token in it. */
export function withoutTokens(text: string): string {
  return text.replace(TOKEN, HIDDEN);
}

/** Part of a URL, without whatever may be a credential. */
export function withoutCredentials(text: string): string {
  return withoutTokens(text).replace(SECRET, HIDDEN);
}

/** A path whose first segment may be a token. */
export function shownPath(path: string): string {
  return withoutCredentials(path.replace(/^\/~[^/]*/, `/~${HIDDEN}`));
}

/** As JSON, and not all of it when it is long. */
export function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

/** A name as it is; anything else as JSON. */
export function plain(value: unknown): string {
  return typeof value === 'string' && /^[\w.:-]{1,80}$/.test(value) ? value : brief(value);
}

/** The algorithm that a value names which has the form of a signed token; undefined for another value. */
export function namedAlgorithm(value: string): string | undefined {
  const segments = value.split('.');
  const alg = readJsonObject(segments[0] ?? '')?.alg;
  return segments.length === 3 && typeof alg === 'string' ? alg : undefined;
}
