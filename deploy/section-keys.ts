/** The public keys that sections of the Lambda@Edge function check with, read for the build to inline them. */
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../config/errors.ts';
import type { EdgeConfig, JwksSource, ProtectedSection, SectionKeys } from '../shared/config.ts';
import { publicKeys } from '../signing/public-keys.ts';

/** How long the build waits for a key set, in milliseconds. */
const FETCH_TIMEOUT_MS = 10_000;

/** What a key may have at the edge. Anything else, and above all the private half, is refused or left out. */
const PUBLIC_MEMBERS = ['kty', 'kid', 'alg', 'use', 'n', 'e', 'crv', 'x', 'y'];

/** RFC 7518, section 3.3. */
const MIN_RSA_BITS = 2048;

type Jwk = Readonly<Record<string, unknown>>;

/**
 * The settings with the keys of each section; `root` is the folder of serverless.yml.
 *
 * @throws {ConfigError} for a key set that cannot be read, and for anything in it that is not a public key.
 */
export async function withSectionKeys(config: EdgeConfig, root: string): Promise<EdgeConfig> {
  const entries = config.protected.map(async (section, index): Promise<[string, SectionKeys][]> => {
    if (section.runtime !== 'lambda-edge') return [];
    return [[section.path, await keysOf(section, root, `protected[${index}]`)]];
  });
  return { ...config, sectionKeys: Object.fromEntries((await Promise.all(entries)).flat()) };
}

async function keysOf(section: ProtectedSection, root: string, path: string): Promise<SectionKeys> {
  const { jwks, publicKeys } = section;
  return {
    jwks: jwks === null ? [] : publicJwks(await jwksText(jwks, root, `${path}.jwks`), jwks, `${path}.jwks`),
    jwksUrl: jwks?.refresh === 'runtime' ? jwks.url : null,
    publicKeys: Object.fromEntries(
      Object.entries(publicKeys).map(([id, file]) => [id, readPublicKey(root, file, `${path}.publicKeys.${id}`)]),
    ),
  };
}

async function jwksText({ file, url }: JwksSource, root: string, path: string): Promise<string> {
  if (url === null) return readText(root, file ?? '', `${path}.file`, 'a file with a JSON Web Key Set');
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (response.ok) return await response.text();
    throw new Error(`status ${response.status}`);
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string; message: string } };
    throw new ConfigError(`${path}.url`, 'a JSON Web Key Set', `${url} (${cause?.code ?? cause?.message ?? message})`);
  }
}

/** Keys for encryption are not ours. */
function publicJwks(text: string, source: JwksSource, path: string): Jwk[] {
  const where = source.file ?? source.url;
  const keys = keysIn(text);
  if (keys === undefined) throw new ConfigError(path, 'a JSON Web Key Set, {"keys": [...]}', where);
  const signing = keys.filter((key) => key.use !== 'enc');
  const stray = signing.find((key) => !isPublic(key, MIN_RSA_BITS));
  if (stray !== undefined) {
    const what = stray.kty === 'RSA' && isPublic(stray, 0) ? `RSA of ${MIN_RSA_BITS} bits or more` : 'a public key';
    throw new ConfigError(path, `${what} as number ${keys.indexOf(stray) + 1} of the set`, where);
  }
  const again = signing.find(
    ({ kid }, index) => kid !== undefined && signing.findIndex((key) => key.kid === kid) < index,
  );
  if (again !== undefined) throw new ConfigError(path, `one key for each kid, of which ${again.kid} has two`, where);
  return signing.map((key) =>
    Object.fromEntries(Object.entries(key).filter(([name]) => PUBLIC_MEMBERS.includes(name))),
  );
}

function keysIn(text: string): Jwk[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    const isSet = Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null);
    return isSet ? keys : undefined;
  } catch {
    return undefined;
  }
}

/** Neither a secret (`k`) nor the private half of a pair (`d`), nor one that jose refuses to verify with. */
function isPublic(key: Jwk, minRsaBits: number): boolean {
  if (key.d !== undefined || key.k !== undefined) return false;
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: { ...key }, format: 'jwk' });
    return (asymmetricKeyDetails?.modulusLength ?? minRsaBits) >= minRsaBits;
  } catch {
    return false;
  }
}

/** Nothing but a public key: Node.js takes one out of a private key, which is not for the edge or a template. */
const PUBLIC_KEY = /^\s*-----BEGIN PUBLIC KEY-----[\w+/=\s]+-----END PUBLIC KEY-----\s*$/;

/** The PEM in a file. @throws {ConfigError} unless CloudFront would take it. */
export function readPublicKey(root: string, file: string, path: string): string {
  const pem = readText(root, file, path, 'a file with a public key');
  if (PUBLIC_KEY.test(pem) && publicKeys({ key: pem }).size === 1) return pem;
  throw new ConfigError(path, 'a public key of RSA 2048 or ECDSA P-256 as PEM', file);
}

function readText(root: string, file: string, path: string, expected: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (error) {
    throw new ConfigError(path, expected, `${file} (${(error as NodeJS.ErrnoException).code})`);
  }
}
