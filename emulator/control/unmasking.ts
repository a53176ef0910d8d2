/** Who may see the credentials of a request: whoever has the address that the edge's start printed. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { unexpected } from '../../config/errors.ts';

/** Pages of other sites cannot send it. */
export const UNMASK_HEADER = 'x-edgekeeper-unmask';

/** 128 bits, as base64url. */
export function newUnmaskKey(): string {
  return randomBytes(16).toString('base64url');
}

/**
 * Whether a request asks for credentials, and may see them.
 *
 * @param key null: nobody may
 * @throws {EdgeError} ERR_OPTION_INVALID for another key.
 */
export function isUnmasking(headers: IncomingHttpHeaders, key: string | null): boolean {
  const given = headers[UNMASK_HEADER];
  if (given === undefined) return false;
  if (key !== null && typeof given === 'string' && isSame(given, key)) return true;
  throw unexpected('ERR_OPTION_INVALID', UNMASK_HEADER, 'the key in the address that the start printed', 'another');
}

function isSame(given: string, key: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}
