/**
 * The form of a signed token (JWT, RFC 7519, in compact serialization), checked before any key is
 * looked up, so that hostile input is refused at the lowest cost. Shared by every runtime.
 */

/** A token over this many characters is refused unread. */
const MAX_LENGTH = 2048;

/** A well-formed token. Nothing of it is trusted until its signature is verified. */
export interface Token {
  readonly algorithm: string;
  /** Key id; null when the header names none. */
  readonly kid: string | null;
  /** The text that was signed: header and payload, as sent. */
  readonly signedText: string;
  /** base64url, as sent. */
  readonly payload: string;
  /** base64url, as sent. */
  readonly signature: string;
}

export type TokenFault = 'oversized' | 'malformed' | 'algorithm';

const BASE64URL = /^[A-Za-z0-9_-]+$/;

/**
 * The token, or why it is refused. Header parameters other than `alg`, `typ` and `kid` are ignored
 * and never followed, except that `crit` is refused: no extension is understood.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-5.2
 * @see https://www.rfc-editor.org/rfc/rfc8725
 */
export function readToken(text: string, algorithms: readonly string[]): Token | TokenFault {
  if (text.length > MAX_LENGTH) return 'oversized';
  const segments = text.split('.');
  if (segments.length !== 3) return 'malformed';
  const payload = segments[1] as string;
  const signature = segments[2] as string;
  if (!BASE64URL.test(payload) || !BASE64URL.test(signature)) return 'malformed';

  const header = readJsonObject(segments[0] as string);
  if (header === null || header.crit !== undefined) return 'malformed';
  if (typeof header.alg !== 'string' || algorithms.indexOf(header.alg) === -1) return 'algorithm';
  if (header.kid !== undefined && typeof header.kid !== 'string') return 'malformed';
  return {
    algorithm: header.alg,
    kid: header.kid === undefined ? null : header.kid,
    signedText: `${segments[0]}.${payload}`,
    payload: payload,
    signature: signature,
  };
}

/**
 * The JSON object that a base64url segment holds; null when it holds none. The segment must be the
 * one encoding of its text: no padding, no foreign characters, no stray bits, valid UTF-8.
 */
export function readJsonObject(segment: string): Record<string, unknown> | null {
  if (!BASE64URL.test(segment)) return null;
  const text = Buffer.from(segment, 'base64url').toString();
  if (Buffer.from(text).toString('base64url') !== segment) return null;
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch (_) {
    return null;
  }
}
