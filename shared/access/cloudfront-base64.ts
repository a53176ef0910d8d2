/**
 * CloudFront's base64: the standard encoding with `+` `=` `/` written as `-` `_` `~`. It is not RFC
 * 4648's base64url, in which `_` stands for `/`.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
 */

const ALPHABET = /^[A-Za-z0-9~_-]+(?![\s\S])/;

/** Undefined for what is not the one encoding of its bytes. */
export function decodeCloudFrontBase64(text: string): Buffer | undefined {
  if (!ALPHABET.test(text)) return undefined;
  const bytes = Buffer.from(text.replace(/-/g, '+').replace(/_/g, '=').replace(/~/g, '/'), 'base64');
  return encodeCloudFrontBase64(bytes) === text ? bytes : undefined;
}

export function encodeCloudFrontBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/\+/g, '-').replace(/=/g, '_').replace(/\//g, '~');
}
