import type { KeyObject } from 'node:crypto';
import { EdgeError, unexpected } from '../config/errors.ts';
import { readSourceIp } from '../shared/access/source-ip.ts';
import { algorithmOf, signAsymmetric } from '../signing/asymmetric-tokens.ts';
import { sha256 } from '../signing/digests.ts';
import { signHs256, type TokenClaims } from '../signing/hs256.ts';
import { signingKey } from './local-keys.ts';
import { momentOf } from './moment.ts';
import { privateKeyFrom } from './private-key.ts';

export interface SignTokenOptions {
  readonly path: string[];
  readonly not: string[];
  readonly expires: string;
  readonly notBefore?: string;
  readonly ip: string[];
  readonly country: string[];
  readonly boundHeader: string[];
  readonly sid?: string;
  readonly sub?: string;
  readonly issuer?: string;
  readonly audience: string[];
  readonly kid?: string;
  /** A file, or `-` for standard input: a key is never an argument. */
  readonly privateKey?: string;
  readonly name: string;
  readonly json?: boolean;
  readonly setCookie?: boolean;
  /** The URL to request. */
  readonly curl?: string;
}

/** Prints the token alone, so that it can stand inside another command; or what carries it. */
export async function signToken(root: string, options: SignTokenOptions): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const claims = claimsOf(options, now);
  const { privateKey, kid } = options;
  const token =
    privateKey === undefined
      ? await signHs256(claims, signingKey(root, kid), now)
      : await signWith(
          privateKeyFrom('--private-key', privateKey, 'a private key as PEM or JWK', () => true),
          claims,
          kid,
          now,
        );
  process.stdout.write(`${shown(token, claims, options)}\n`);
}

function shown(token: string, claims: TokenClaims, { name, json, setCookie, curl }: SignTokenOptions): string {
  const cookie = `${name}=${token}`;
  if (json === true) return JSON.stringify({ token, expires: claims.exp });
  if (setCookie === true) return `Set-Cookie: ${cookie}; Path=/; Secure; HttpOnly; SameSite=Lax`;
  return curl === undefined ? token : `curl -i -b '${cookie}' '${curl}'`;
}

function claimsOf(options: SignTokenOptions, now: number): TokenClaims {
  const { path, not, ip, country, issuer, audience, sid, sub } = options;
  const exp = momentOf('--expires', options.expires, now);
  const nbf = options.notBefore === undefined ? undefined : momentOf('--not-before', options.notBefore, now);
  check('--path', path.concat(not), isPattern, 'a pattern that begins with "/" or "https://", or "*"');
  check('--ip', ip, (range) => readSourceIp(range) !== undefined, 'an IP address or CIDR range');
  check('--country', country, (code) => /^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/.test(code), 'a country such as DE, or US-CA');
  if (options.curl !== undefined) check('--curl', [options.curl], (url) => /^https?:\/\/[^\s']+$/.test(url), 'a URL');
  if (exp <= Math.max(now, nbf ?? 0)) {
    throw unexpected('ERR_OPTION_INVALID', '--expires', 'a time to come, after --not-before', options.expires);
  }
  if (ip.length > 0 && ip.every((range) => !range.includes(':'))) {
    process.stderr.write('note: viewers that come over IPv6 are refused by a token with IPv4 addresses alone\n');
  }
  return {
    exp,
    ...(nbf !== undefined && { nbf }),
    ...(issuer !== undefined && { iss: issuer }),
    ...(audience.length > 0 && { aud: audience }),
    ...(sub !== undefined && { sub }),
    ...(sid !== undefined && { sid }),
    ...(path.length > 0 && { res: path }),
    ...(not.length > 0 && { not }),
    ...(ip.length > 0 && { ip }),
    ...(country.length > 0 && { geo: country }),
    ...(options.boundHeader.length > 0 && { hdr: boundHeaders(options.boundHeader) }),
  };
}

function isPattern(text: string): boolean {
  return /^(?:\/|https:\/\/|\*$)/.test(text);
}

function check(option: string, values: readonly string[], isGood: (value: string) => boolean, expected: string): void {
  const wrong = values.find((value) => !isGood(value));
  if (wrong !== undefined) throw unexpected('ERR_OPTION_INVALID', option, expected, wrong);
}

/** `User-Agent: curl/8.5.0`, as it will be sent. */
function boundHeaders(lines: readonly string[]) {
  const headers = lines.map((line) => {
    const [, name, value] = /^([\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined && name.toLowerCase() !== 'cookie')
      return { name: name.toLowerCase(), value };
    throw unexpected('ERR_OPTION_INVALID', '--bound-header', 'Name: value, of another header than Cookie', line);
  });
  const text = headers.map(({ name, value }) => `${name}:${value}\n`).join('');
  return { names: headers.map(({ name }) => name), sha256: sha256(text) };
}

function signWith(key: KeyObject, claims: TokenClaims, kid: string | undefined, now: number): Promise<string> {
  const alg = algorithmOf(key);
  if (alg === undefined) {
    throw new EdgeError('ERR_KEY_INVALID', '--private-key: expected a key of RSA, ECDSA P-256 or Ed25519, got another');
  }
  return signAsymmetric(claims, { key, kid }, alg, now);
}
