/**
 * The form of a signed token (JWT, RFC 7519, in compact serialization), checked before any key is
 * looked up, so that hostile input is refused at the lowest cost. Shared by every runtime.
 */
import { asObject } from '../as-object.ts';
import { isText } from '../is-text.ts';

/** A token over this many characters is refused unread. */
const MAX_LENGTH = 2048;

/** A well-formed token. Nothing of it is trusted until its signature is verified. */
export interface Token {
  readonly algorithm: string;
  /** Key id; undefined when the header names none. */
  readonly kid: string | undefined;
  /** The text that was signed: header and payload, as sent. */
  readonly signedText: string;
  /** base64url, as sent. */
  readonly payload: string;
  /** base64url, as sent. */
  readonly signature: string;
}

export type TokenFault = 'oversized' | 'malformed' | 'algorithm';

/** A segment: no padding, no foreign characters. (`$` would let a line break pass in the CloudFront engine.) */
const BASE64URL = /^[\w-]+(?![\s\S])/;

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
  if (segments.length !== 3 || !segments.every((segment) => BASE64URL.test(segment))) return 'malformed';
  const header = readJsonObject(segments[0] as string);
  if (!header || header.crit !== undefined) return 'malformed';
  const algorithm = header.alg as string;
  if (!algorithms.includes(algorithm)) return 'algorithm';
  if (header.kid !== undefined && !isText(header.kid)) return 'malformed';
  const payload = segments[1] as string;
  return {
    algorithm: algorithm,
    kid: header.kid,
    signedText: `${segments[0]}.${payload}`,
    payload: payload,
    signature: segments[2] as string,
  };
}

/**
 * The JSON object that a base64url segment holds; undefined when it holds none. The segment must be
 * the one encoding of its text: no stray bits, valid UTF-8.
 */
export function readJsonObject(segment: string): Record<string, unknown> | undefined {
  const text = Buffer.from(segment, 'base64url').toString();
  if (Buffer.from(text).toString('base64url') !== segment) return undefined;
  try {
    return asObject(JSON.parse(text));
  } catch (_) {
    return undefined;
  }
}
