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

/**
 * Segments without dots alone, of unreserved characters and delimiters. A bare `+` is not among them,
 * because S3 reads it as a space; nor is an encoded NUL, `/`, `\` or unreserved character.
 *
 * Written so that a canonical path matches: in the CloudFront engine a match costs little, and a
 * failed one 20 KB of memory. `$` would let a line break pass there, as in Perl.
 */
const CANONICAL =
  /^(?=\/)(?:\/(?!\.\.?(?:\/|(?![\s\S])))(?:[\w.~!$&'()*,;=:@|^[\]-]|%(?!00|2[DEF]|3\d|4[1-9A-F]|5[0-9ACF]|6[1-9A-F]|7[0-9AE])[0-9A-F]{2})+)*\/?(?![\s\S])/;

/** `! $ & ' ( ) , : ; = @ [ ] ^ |`, percent-encoded: canonical either way, and the same key to S3. */
const ENCODED_DELIMITER = /%(?:2[146789C]|3[ABD]|40|5[BDE]|7C)/g;

/** Undefined when the path is not canonical. An encoded delimiter such as `%40` is canonical, as is `@`. */
export function canonicalPath(uri: string): CanonicalPath | undefined {
  if (!CANONICAL.test(uri)) return undefined;
  if (uri.indexOf('%') === -1 && uri.indexOf('*') === -1) return { decoded: uri, normal: uri };
  try {
    return { decoded: decodeURIComponent(uri), normal: plainDelimiters(uri).replace(/\*/g, '%2A') };
  } catch (_) {
    return undefined; // Not UTF-8.
  }
}

/** The spelling of `CanonicalPath.normal`, for the path of a pattern: its `*` remains a wildcard. */
export function plainDelimiters(path: string): string {
  return path.indexOf('%') === -1 ? path : path.replace(ENCODED_DELIMITER, decodeURIComponent);
}
