import { createPrivateKey, type KeyObject } from 'node:crypto';
import { EdgeError } from '../config/errors.ts';
import { fileText } from './file-text.ts';

/**
 * The private key in the file of an option, as PEM or JWK; `-` is standard input. An error says which
 * file, never what is in it.
 *
 * @param option that an error names
 * @param expected what it has to be, as an error says it
 * @throws {EdgeError} ERR_FILE_MISSING, or ERR_KEY_INVALID for what is no key, or none that fits
 */
export function privateKeyFrom(
  option: string,
  file: string,
  expected: string,
  fits: (key: KeyObject) => boolean,
): KeyObject {
  const text = fileText(option, file);
  try {
    const key = text.trimStart().startsWith('{')
      ? createPrivateKey({ key: JSON.parse(text), format: 'jwk' })
      : createPrivateKey(text);
    if (fits(key)) return key;
  } catch {
    // Below: what it should have been.
  }
  throw new EdgeError('ERR_KEY_INVALID', `${option}: expected ${expected} in ${file}`);
}
