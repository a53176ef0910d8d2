/**
 * The one spelling of a path that every part of the way reads alike.
 *
 * S3 decodes what CloudFront's behavior selection does not, so `/private%2Fx` would select the
 * public behavior and yet reach a private object. A path that is not canonical is answered 400 in
 * every behavior.
 */

/** A key of S3 has at most 1,024 bytes, and a byte at most three characters. */
const MAX_LENGTH = 1 + 3 * 1024;

/**
 * Segments without dots alone, of unreserved characters and delimiters. A bare `+` is not among them,
 * because S3 reads it as a space; nor is an encoded NUL, `/`, `\` or unreserved character.
 *
 * Written so that a canonical path matches, and in one pass: in the CloudFront engine a match costs
 * little, and a failed one 20 KB of memory. `$` would let a line break pass there, as in Perl.
 */
const CANONICAL =
  /^(?=\/)(?:\/(?!\.{0,2}(?:\/|(?![\s\S])))[\w.~!$&'()*,;=:@|^[\]-]*(?:%(?!00|2[DEF]|3\d|4[1-9A-F]|5[0-9ACF]|6[1-9A-F]|7[0-9AE])[0-9A-F]{2}[\w.~!$&'()*,;=:@|^[\]-]*)*)*\/?(?![\s\S])/;

/** `! $ & ' ( ) , : ; = @ [ ] ^ |`, percent-encoded: canonical either way, and the same key to S3. */
const ENCODED_DELIMITER = /%(?:2[146789C]|3[ABD]|40|5[BDE]|7C)/g;

/**
 * The path percent-decoded once, which is the key that S3 looks up; undefined when the path is not
 * canonical. An encoded delimiter such as `%40` is canonical, as is `@`.
 */
export function canonicalPath(uri: string): string | undefined {
  if (uri.length > MAX_LENGTH || !CANONICAL.test(uri)) return undefined;
  if (!uri.includes('%')) return uri;
  try {
    return decodeURIComponent(uri);
  } catch (_) {
    return undefined; // Not UTF-8.
  }
}

/**
 * A canonical path with each character in one spelling, for matching a pattern from a token:
 * delimiters are plain, except that an asterisk is `%2A`, since `*` is a wildcard in a pattern.
 */
export function normalPath(uri: string): string {
  return plainDelimiters(uri).split('*').join('%2A');
}

/** The spelling of `normalPath`, for the path of a pattern: its `*` remains a wildcard. */
export function plainDelimiters(path: string): string {
  return path.includes('%') ? path.replace(ENCODED_DELIMITER, decodeURIComponent) : path;
}
