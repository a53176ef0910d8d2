/** Plausible credentials: what a signer may have meant by the signing parameters or the signed cookies. */
import { decoded } from '../../emulator/masked-request.ts';
import { encodeCloudFrontBase64 } from '../../shared/access/cloudfront-base64.ts';
import { cannedPolicyText } from '../../shared/access/policy-statement.ts';
import {
  SIGNING_PARAMETERS,
  signedCredential,
  withoutSigningParameters,
} from '../../shared/access/signed-credential.ts';
import { hashAlgorithm, type SignedVisit } from '../../shared/access/signed-verdict.ts';
import type { PublicKeys } from '../../signing/public-keys.ts';
import type { Variant } from './url-variants.ts';

export function credentialVariants(visit: SignedVisit, keys: PublicKeys): Variant[] {
  return [...nameVariants(visit), ...parameterVariants(visit, keys), ...policyTextVariants(visit)];
}

/** Names in another case, and cookies behind a URL that hides them. */
function nameVariants(visit: SignedVisit): Variant[] {
  const proper = (name: string, prefix: string): string =>
    SIGNING_PARAMETERS.map((own) => prefix + own).find((own) => own.toLowerCase() === name.toLowerCase()) ?? name;
  const query = visit.query?.replace(/(^|&)([^=&]*)/g, (_, mark: string, name: string) => mark + proper(name, ''));
  const cookies = visit.cookies.map(([name, value]) => [proper(name, 'CloudFront-'), value] as const);
  return [
    {
      fits: "names in CloudFront's upper and lower case",
      but: 'the request has others',
      visit: { ...visit, query, cookies },
    },
    {
      fits: 'the cookies',
      but: 'the URL has a signing parameter, for which cookies are not looked at',
      visit: { ...visit, query: withoutSigningParameters(visit.query) },
    },
  ];
}

function parameterVariants(visit: SignedVisit, keys: PublicKeys): Variant[] {
  const { keyPairId = '', hashAlgorithm: algorithm, expires = '' } = signedCredential(visit);
  const isSha256 = hashAlgorithm(algorithm) === 'SHA256';
  const seconds = /^\d+000$/.test(expires) ? expires.slice(0, -3) : expires;
  const milliseconds = /^\d+$/.test(expires) ? `${expires}000` : expires;
  return [
    ...[...keys.keys()].map((id) => ({
      fits: `the key ${id}`,
      but: `the request names ${keyPairId || 'none'}`,
      visit: withParameters(visit, (name, value) => (name === 'Key-Pair-Id' ? id : value)),
    })),
    {
      fits: isSha256 ? 'SHA1' : 'Hash-Algorithm=SHA256',
      but: `the request has ${algorithm === undefined ? 'no Hash-Algorithm, which stands for SHA1' : `Hash-Algorithm=${algorithm}`}`,
      visit: withHashAlgorithm(visit, isSha256 ? 'SHA1' : 'SHA256'),
    },
    { fits: 'Expires in seconds', but: 'the request has milliseconds', visit: withExpires(visit, seconds) },
    { fits: 'Expires in milliseconds', but: 'the request has seconds', visit: withExpires(visit, milliseconds) },
    ...ENCODINGS.flatMap(([has, change]) =>
      [['Signature'], ['Policy'], ['Signature', 'Policy']].map((names) => ({
        fits: "CloudFront's base64 (- _ ~ for + = /)",
        but: `the request has ${has}`,
        visit: withParameters(visit, (name, value) => (names.includes(name) ? change(value) : value)),
      })),
    ),
  ];
}

/** What came instead, and the way back. */
const ENCODINGS: readonly (readonly [has: string, change: (value: string) => string])[] = [
  ['it percent-encoded', decoded],
  ['it without padding', (value) => value.padEnd(Math.ceil(value.length / 4) * 4, '_')],
  ['standard base64', (value) => standardToCloudFront(decoded(value))],
  ['base64url', (value) => encodeCloudFrontBase64(Buffer.from(decoded(value), 'base64url'))],
];

/** A `+` that somebody took for a space comes as one. */
function standardToCloudFront(text: string): string {
  const padded = text.padEnd(Math.ceil(text.length / 4) * 4, '=');
  return padded.replace(/[+ ]/g, '-').replaceAll('=', '_').replaceAll('/', '~');
}

function withExpires(visit: SignedVisit, expires: string): SignedVisit {
  return withParameters(visit, (name, value) => (name === 'Expires' ? expires : value));
}

function withHashAlgorithm(visit: SignedVisit, algorithm: string): SignedVisit {
  const without = withParameters(visit, (name, value) => (name === 'Hash-Algorithm' ? undefined : value));
  return withParameter(without, 'Hash-Algorithm', algorithm);
}

/** A canned policy that was signed in another form than the one CloudFront rebuilds. */
function policyTextVariants(visit: SignedVisit): Variant[] {
  const { url, policy, expires } = signedCredential(visit);
  if (policy !== undefined || expires === undefined) return [];
  const text = cannedPolicyText(url, expires);
  const forms: readonly (readonly [fits: string, text: string])[] = [
    ['a policy with spaces behind ":" and ","', text.replace(/":/g, '": ').replace(/","/g, '", "')],
    ['a policy with "\\/" for "/"', cannedPolicyText(url.replaceAll('/', '\\/'), expires)],
    ['a policy with a line break at its end', `${text}\n`],
    ['a policy on several lines', indented(text)],
  ];
  return forms.map(([fits, form]) => {
    const without = withParameters(visit, (name, value) => (name === 'Expires' ? undefined : value));
    const changed = withParameter(without, 'Policy', encodeCloudFrontBase64(Buffer.from(form)));
    return { fits, but: 'CloudFront rebuilds it without', visit: changed };
  });
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Signing parameters in the URL and signed cookies, each changed; undefined removes it. */
function withParameters(visit: SignedVisit, change: (name: string, value: string) => string | undefined): SignedVisit {
  const pairs = visit.query?.split('&').flatMap((pair) => {
    const name = pair.split('=')[0] ?? '';
    if (!SIGNING_PARAMETERS.includes(name)) return [pair];
    const value = change(name, pair.slice(name.length + 1));
    return value === undefined ? [] : [`${name}=${value}`];
  });
  const cookies = visit.cookies.flatMap(([name, value]) => {
    const changed = name.startsWith('CloudFront-') ? change(name.slice('CloudFront-'.length), value) : value;
    return changed === undefined ? [] : [[name, changed] as const];
  });
  return { ...visit, query: pairs === undefined || pairs.length === 0 ? undefined : pairs.join('&'), cookies };
}

function withParameter(visit: SignedVisit, name: string, value: string): SignedVisit {
  const isUrl = withoutSigningParameters(visit.query) !== visit.query;
  if (isUrl) return { ...visit, query: `${visit.query}&${name}=${value}` };
  return { ...visit, cookies: [...visit.cookies, [`CloudFront-${name}`, value]] };
}
