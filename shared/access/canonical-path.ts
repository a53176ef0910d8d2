/**
 * The one spelling of a path that every part of the way reads alike.
 *
 * S3 decodes what CloudFront's behavior selection does not, so `/private%2Fx` would select the
 * public behavior and yet reach a private object. A path that is not canonical is answered 400 in
 * every behavior.
 */

/** A canonical path in the two forms that rules match. */
export interface CanonicalPath {
  /** Percent-decoded once: the key that S3 looks up. */
  readonly decoded: string;
  /**
   * Each character in one spelling, for matching a pattern from a token: delimiters are plain,
   * except that an asterisk is `%2A`, since `*` is a wildcard in a pattern.
   */
  readonly normal: string;
}

/** All that a path may hold: a bare `+` is not among it, because S3 reads it as a space. */
const ALLOWED = /^\/(?:[A-Za-z0-9/._~!$&'()*,;=:@|^[\]-]|%[0-9A-F]{2})*$/;

/** NUL, `/`, `\` and the unreserved characters must not be percent-encoded. */
const NEEDLESSLY_ENCODED = /%(?:00|2[DEF]|3[0-9]|4[1-9A-F]|5[0-9ACF]|6[1-9A-F]|7[0-9AE])/;

const EMPTY_OR_DOT_SEGMENT = /\/(?:\.{0,2}\/|\.{1,2}$)/;

/** `! $ & ' ( ) , : ; = @ [ ] ^ |`, percent-encoded: canonical either way, and the same key to S3. */
const ENCODED_DELIMITER = /%(?:2[146789C]|3[ABD]|40|5[BDE]|7C)/g;

/** Undefined when the path is not canonical. An encoded delimiter such as `%40` is canonical, as is `@`. */
export function canonicalPath(uri: string): CanonicalPath | undefined {
  if (!ALLOWED.test(uri) || NEEDLESSLY_ENCODED.test(uri) || EMPTY_OR_DOT_SEGMENT.test(uri)) return undefined;
  try {
    return { decoded: decodeURIComponent(uri), normal: plainDelimiters(uri).replace(/\*/g, '%2A') };
  } catch (_) {
    return undefined; // Not UTF-8.
  }
}

/** The spelling of `CanonicalPath.normal`, for the path of a pattern: its `*` remains a wildcard. */
export function plainDelimiters(path: string): string {
  return path.replace(ENCODED_DELIMITER, decodeURIComponent);
}
