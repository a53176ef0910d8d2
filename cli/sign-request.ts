/** `sign url` and `sign cookies`: what a trusted key group takes, ready to paste. */
import { unexpected } from '../config/errors.ts';
import { matchesPolicyResource } from '../shared/access/signed-verdict.ts';
import { isTrustable } from '../signing/public-keys.ts';
import {
  type Grant,
  type Signer,
  type SigningParameters,
  signCanned,
  signCustom,
  signedUrl,
} from '../signing/signed-requests.ts';
import { momentOf } from './moment.ts';
import { isOneUrl, isPolicyAddress, signingParameterIn } from './policy-limits.ts';
import { privateKeyFrom } from './private-key.ts';

export interface SignRequestOptions {
  readonly keyPairId: string;
  /** A file, or `-` for standard input: a key is never an argument. */
  readonly privateKey: string;
  readonly expires: string;
  readonly from?: string;
  readonly ip?: string;
  readonly resource?: string;
  readonly hashAlgorithm: string;
  readonly json?: boolean;
  readonly curl?: boolean;
}

/** Prints the signed URL. With `--resource`, `--from` or `--ip` its policy is a custom one. */
export function signUrl(url: string, options: SignRequestOptions): void {
  const parameters = signed(urlOf(url), options);
  const text = signedUrl(url, parameters);
  const plain = options.curl === true ? `curl -i -g ${quoted(text)}` : text;
  process.stdout.write(options.json === true ? `${JSON.stringify({ url: text })}\n` : `${plain}\n`);
}

/** Prints `Set-Cookie` lines for the host of the URL. */
export function signCookies(url: string, options: SignRequestOptions): void {
  const cookies = signed(urlOf(url), options).map(([name, value]) => [`CloudFront-${name}`, value] as const);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(Object.fromEntries(cookies))}\n`);
    return;
  }
  if (options.curl === true) {
    const header = cookies.map(([name, value]) => `${name}=${value}`).join('; ');
    process.stdout.write(`curl -i -g -b ${quoted(header)} ${quoted(url)}\n`);
    return;
  }
  for (const [name, value] of cookies) {
    process.stdout.write(`Set-Cookie: ${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax\n`);
  }
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function signed(url: string, options: SignRequestOptions): SigningParameters {
  const now = Math.floor(Date.now() / 1000);
  const { from, ip, resource } = options;
  if (resource !== undefined && !covers(resource, url)) {
    throw unexpected('ERR_OPTION_INVALID', '--resource', 'a pattern that covers the URL', resource);
  }
  const grant: Grant = {
    resource: resource ?? url,
    dateLessThan: momentOf('--expires', options.expires, now),
    ...(from !== undefined && { dateGreaterThan: momentOf('--from', from, now) }),
    ...(ip !== undefined && { ipAddress: ipv4(ip) }),
  };
  if (grant.dateLessThan <= Math.max(now, grant.dateGreaterThan ?? 0)) {
    throw unexpected('ERR_OPTION_INVALID', '--expires', 'a time to come, after --from', options.expires);
  }
  const isCustom = resource !== undefined || from !== undefined || ip !== undefined;
  if (!isCustom && !isOneUrl(url)) {
    throw unexpected('ERR_OPTION_INVALID', 'url', 'one URL (--resource takes a pattern)', url);
  }
  return isCustom ? signCustom(grant, signerOf(options)) : signCanned(grant, signerOf(options));
}

function signerOf(options: SignRequestOptions): Signer {
  const { hashAlgorithm } = options;
  if (hashAlgorithm !== 'SHA1' && hashAlgorithm !== 'SHA256') {
    throw unexpected('ERR_OPTION_INVALID', '--hash-algorithm', 'SHA1 or SHA256', hashAlgorithm);
  }
  const privateKey = privateKeyFrom(
    '--private-key',
    options.privateKey,
    'a PEM of RSA 2048 or ECDSA P-256',
    isTrustable,
  );
  return { keyPairId: options.keyPairId, privateKey, hashAlgorithm };
}

function urlOf(text: string): string {
  const reserved = signingParameterIn(text);
  if (reserved !== undefined) throw unexpected('ERR_OPTION_INVALID', 'url', 'no signing parameter in it', reserved);
  if (/^https?:\/\/[^/#]+\/[^\s#]*$/.test(text)) return text;
  const expected = 'a full URL with a path and no fragment, such as https://www.example.com/film.mp4';
  throw unexpected('ERR_OPTION_INVALID', 'url', expected, text);
}

/** Whether a policy with the pattern lets the URL's own request in. */
function covers(pattern: string, url: string): boolean {
  const [, scheme = '', host = '', path = '', query] = /^(\w+):\/\/([^/]+)([^?]*)(?:\?(.*))?$/.exec(url) ?? [];
  return matchesPolicyResource(pattern, { scheme, host, path, query });
}

function ipv4(text: string): string {
  if (!isPolicyAddress(text)) throw unexpected('ERR_OPTION_INVALID', '--ip', 'an IPv4 address or range', text);
  process.stderr.write('note: viewers that come over IPv6 are refused by a policy with an address\n');
  return text;
}
