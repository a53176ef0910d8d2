/** The digests that the edge-safe rules are given, here by Node.js: of a text as UTF-8, in base64url. */
import { createHash, createHmac } from 'node:crypto';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

export function hmacSha256(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
