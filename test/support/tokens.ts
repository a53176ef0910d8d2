/** Tokens signed by jose, and ways to spoil them. */
import { SignJWT } from 'jose';

/** Epoch seconds: noon of 1 January 2026. */
export const NOON = Date.UTC(2026, 0, 1, 12) / 1000;

/** base64url of 32 bytes. */
export const SECRET = Buffer.alloc(32, 'edgekeeper').toString('base64url');
export const OTHER_SECRET = Buffer.alloc(32, 'somebody else').toString('base64url');

/** What the key value store holds under `state`. */
export const STATE = JSON.stringify({ keys: { k1: SECRET }, drained: {} });

export interface TokenInit {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly secret?: string;
}

/** A token that expires a minute after noon, unless its claims say otherwise. */
export function token({ claims = {}, header = {}, secret = SECRET }: TokenInit = {}): Promise<string> {
  return new SignJWT({ exp: NOON + 60, ...claims })
    .setProtectedHeader({ alg: 'HS256', kid: 'k1', ...header })
    .sign(Buffer.from(secret, 'base64url'));
}

/** `text` as one base64url segment. */
export function segment(text: string | object): string {
  return Buffer.from(typeof text === 'string' ? text : JSON.stringify(text)).toString('base64url');
}

/** The token with one of its three segments replaced. */
export function withSegment(signed: string, index: 0 | 1 | 2, change: (old: string) => string): string {
  const segments = signed.split('.');
  segments[index] = change(segments[index] as string);
  return segments.join('.');
}
