import { createHash } from 'node:crypto';
import { readState } from '../shared/state.ts';
import { parseJson } from './parse-json.ts';

/** A signing key without its secret. */
export interface KeyPrint {
  readonly kid: string;
  /** Length of the key. */
  readonly bytes: number;
  /** Two keys are the same when this is. Like a token, it tells nothing of a key that cannot be guessed. */
  readonly print: string;
}

/** The keys in the value of `state`; none in what is no state. */
export function keyPrints(state: string): KeyPrint[] {
  return Object.entries(readState(parseJson(state))?.keys ?? {}).map(([kid, secret]) => keyPrint(kid, secret));
}

export function keyPrint(kid: string, secret: string): KeyPrint {
  const key = Buffer.from(String(secret), 'base64url');
  return { kid, bytes: key.length, print: createHash('sha256').update(key).digest('base64url').slice(0, 16) };
}
