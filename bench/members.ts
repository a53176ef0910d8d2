/** What the Lambda@Edge function is asked: one request for each kind of key, and the settings that admit it. */
import { generateKeyPairSync } from 'node:crypto';
import type { CloudFrontRequestEvent } from 'aws-lambda';
import { exportJWK, SignJWT } from 'jose';
import type { EdgeConfig } from '../shared/config.ts';
import { signCustom } from '../signing/signed-requests.ts';
import { configWith } from './settings.ts';

/** A request that is let in. Exactly one of `token` and `signed` is what its cookies hold. */
export interface Shown {
  readonly name: string;
  readonly event: CloudFrontRequestEvent;
  readonly token?: string;
  /** Of CloudFront's signed cookies, as they were sent. */
  readonly signed?: { readonly keyPairId: string; readonly policy: string; readonly signature: string };
}

export interface Members {
  readonly config: EdgeConfig;
  readonly shown: readonly Shown[];
}

const HOST = 'www.example.com';
const SECTION = {
  path: '/members/*',
  runtime: 'lambda-edge',
  carriers: ['cookie', 'cloudfront'],
  name: 'edgekeeper-member',
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  issuer: 'https://sign-in.example.com/',
  audience: 'cdn',
  jwks: { file: 'members.jwks.json' },
  publicKeys: { KRSA: 'rsa.pem', KECDSA: 'ecdsa.pem' },
};

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** With keys of their own; tokens and policies end in an hour. */
export async function members(): Promise<Members> {
  const now = Math.floor(Date.now() / 1000);
  const tokenKeys = { RS256: rsa(), PS256: rsa(), ES256: p256(), EdDSA: generateKeyPairSync('ed25519') };
  const cookieKeys = { KRSA: rsa(), KECDSA: p256() };
  const jwks: object[] = [];
  const shown: Shown[] = [];
  for (const [alg, { publicKey, privateKey }] of Object.entries(tokenKeys)) {
    jwks.push({ ...(await exportJWK(publicKey)), alg, kid: alg });
    const claims = { iss: SECTION.issuer, aud: SECTION.audience, sub: 'viewer@example.com', res: '/members/*' };
    const token = await new SignJWT({ ...claims, iat: now, exp: now + 3600 })
      .setProtectedHeader({ alg, kid: alg, typ: 'JWT' })
      .sign(privateKey);
    shown.push({ name: alg, token, event: eventWith({ [SECTION.name]: token }) });
  }
  for (const [keyPairId, { privateKey }] of Object.entries(cookieKeys)) {
    const grant = { resource: `https://${HOST}/members/*`, dateLessThan: now + 3600 };
    const parameters = signCustom(grant, { keyPairId, privateKey, hashAlgorithm: 'SHA256' });
    const { Policy: policy = '', Signature: signature = '' } = Object.fromEntries(parameters);
    const cookies = Object.fromEntries(parameters.map(([name, value]) => [`CloudFront-${name}`, value]));
    const name = `CloudFront cookies, ${keyPairId === 'KRSA' ? 'RSA 2048' : 'ECDSA P-256'}`;
    shown.push({ name, signed: { keyPairId, policy, signature }, event: eventWith(cookies) });
  }
  const publicKeys = Object.fromEntries(
    Object.entries(cookieKeys).map(([id, { publicKey }]) => [
      id,
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ]),
  );
  const sectionKeys = { [SECTION.path]: { jwks, jwksUrl: null, publicKeys } };
  return { shown, config: { ...configWith(SECTION), sectionKeys } };
}

function eventWith(cookies: Readonly<Record<string, string>>): CloudFrontRequestEvent {
  const cookie = Object.entries({ theme: 'dark', ...cookies }).map(([name, value]) => `${name}=${value}`);
  const headers = Object.fromEntries(
    [
      ['Host', HOST],
      ['Accept', 'image/avif,image/webp,*/*;q=0.8'],
      ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
      ['Cookie', cookie.join('; ')],
    ].map(([key = '', value = '']) => [key.toLowerCase(), [{ key, value }]]),
  );
  const config = {
    distributionDomainName: 'd111111abcdef8.cloudfront.net',
    distributionId: 'EDFDVBD6EXAMPLE',
    eventType: 'viewer-request' as const,
    requestId: 'EXAMPLE4TyzHTaYWb1GX1qTfsHhEqV6HUDd==',
  };
  const request = { clientIp: '203.0.113.7', method: 'GET', uri: '/members/film.mp4', querystring: '', headers };
  return { Records: [{ cf: { config, request } }] };
}
