/** What a refused token would have had to be, in one sentence. */
import { createHash, createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { explainAtEdge } from '../../../cli/explain/edge-steps.ts';
import { explanationLines } from '../../../cli/explain/explanation.ts';
import { parseConfig } from '../../../config/parse.ts';
import { memoryStore } from '../../../emulator/key-value-store.ts';
import { revocationKey } from '../../../shared/access/revocation.ts';
import type { EdgeConfig } from '../../../shared/config.ts';
import { publicKeys } from '../../../signing/public-keys.ts';
import { signCustom, signedUrl } from '../../../signing/signed-requests.ts';
import { requestFor, type Sent, serviceOf } from '../../support/explained-service.ts';
import { memberKeys, memberToken, SIGNER, SIGNER_ID } from '../../support/member-keys.ts';
import { LAMBDA_SECTION, SETTINGS } from '../../support/settings.ts';
import { EC, RSA } from '../../support/signed-requests.ts';
import { NOON, OTHER_SECRET, SECRET, segment, token } from '../../support/tokens.ts';

const ISSUER = 'https://sign-in.example.com/';
const SECTIONS = [
  { ...SETTINGS.protected[0], carriers: ['path', 'query', 'header', 'cookie'], revocation: true },
  { ...SETTINGS.protected[0], path: '/films/*', issuer: ISSUER, audience: 'cdn' },
  { ...LAMBDA_SECTION, carriers: ['header', 'cookie', 'cloudfront'], publicKeys: { [SIGNER_ID]: 'x.pem' } },
];
const state = JSON.stringify({ keys: { k1: SECRET, k2: OTHER_SECRET } });
let config: EdgeConfig;
beforeAll(async () => {
  config = {
    ...parseConfig({ ...SETTINGS, protected: SECTIONS }),
    sectionKeys: { '/members/*': await memberKeys() },
  };
});

const FILM = '/private/film.mp4';

const explained = (target: string, sent: Sent = {}, given?: string) =>
  explainAtEdge(
    requestFor(target, sent),
    serviceOf(config, memoryStore({ state }), { [RSA.id]: RSA.publicPem }),
    given,
  );

const nearest = async (target: string, sent: Sent = {}, given?: string) =>
  (await explained(target, sent, given)).nearest;

/** For a token with these claims, in the first carrier of the section. */
async function nearestOf(claims: Record<string, unknown>, target = FILM, sent: Sent = {}): Promise<string | null> {
  return nearest(target, sent, await token({ claims }));
}

describe('a token in a place that is not looked at', () => {
  test.each<[what: string, target: string, sent: (good: string) => Sent, says: string | null]>([
    [
      'the header, for the cookie',
      '/films/x',
      (good) => ({ headers: [['authorization', `Bearer ${good}`]] }),
      'there is a token in Authorization: Bearer, but /films/* looks at the cookie edgekeeper alone',
    ],
    [
      'another cookie',
      '/films/x',
      (good) => ({ cookie: `theme=dark; session=${good}` }),
      'there is a token in the cookie "session", but /films/* asks for edgekeeper',
    ],
    [
      'the header without Bearer',
      FILM,
      (good) => ({ headers: [['authorization', good]] }),
      'there is a token in the header Authorization, but without "Bearer " before it',
    ],
    ['an API key without Bearer', FILM, () => ({ headers: [['authorization', 'secret']] }), null],
    ['another cookie that is no token', FILM, () => ({ cookie: 'session=a.b.c' }), null],
  ])('%s', async (_, target, sent, says) => {
    const explanation = await explained(target, sent(await token()));
    expect(explanation).toMatchObject({ allow: false, reason: 'no-credential', status: 401, nearest: says });
  });

  test('the query', async () => {
    const good = await token();
    expect(await nearest(`/films/x?edgekeeper=${good}`)).toBe(
      'there is a token in the query parameter edgekeeper, but /films/* looks at the cookie edgekeeper alone',
    );
    expect(await nearest(`${FILM}?token=${good}`)).toBe(
      'there is a token in the query parameter "token", but /private/* asks for edgekeeper',
    );
  });
});

test.each<[what: string, change: (good: string) => string, says: string | null]>([
  ['padding', (good) => `${good}=`, 'in plain base64url the token is good, but it has padding (=)'],
  [
    'quotation marks',
    (good) => `"${good}"`,
    'in plain base64url the token is good, but it has quotation marks around it',
  ],
  ['Bearer', (good) => `Bearer ${good}`, 'in plain base64url the token is good, but it has "Bearer " before it'],
  [
    'line breaks',
    (good) => good.replace('.', '.\n'),
    'in plain base64url the token is good, but it has spaces or line breaks in it',
  ],
  [
    'percent-encoding',
    (good) => good.replaceAll('.', '%2E'),
    'in plain base64url the token is good, but it has percent-encoded characters',
  ],
  [
    'a signature in standard base64',
    standardSignature,
    'in plain base64url the token is good, but it has standard base64 (+ and / for - and _)',
  ],
  [
    'padding, and more wrong',
    (good) => `${good}x=`,
    'in plain base64url the token is well-formed, but it has padding (=)',
  ],
  ['something else', (good) => good.slice(0, 20), null],
])('malformed: %s', async (_, change, says) => {
  const bad = change(await token({ claims: { res: '/private/film.mp4' } }));
  const { reason, nearest: near } = await explained(FILM, {}, bad);
  expect({ reason, near }).toEqual({ reason: 'malformed', near: says });
});

/** Of as many payloads as it takes for a signature that standard base64 writes otherwise. */
function standardSignature(): string {
  for (let sid = 0; ; sid++) {
    const text = `${segment({ alg: 'HS256', kid: 'k1' })}.${segment({ exp: NOON + 60, sid: `${sid}` })}`;
    const signature = createHmac('sha256', Buffer.from(SECRET, 'base64url')).update(text).digest('base64');
    if (/[+/]/.test(signature)) return `${text}.${signature}`;
  }
}

describe('another key', () => {
  test.each<[what: string, made: () => Promise<string>, target: string, says: string | null]>([
    [
      'of the store',
      () => token({ secret: OTHER_SECRET }),
      FILM,
      'the signature fits the key k2, but the token names another',
    ],
    [
      'of the store, unnamed',
      () => token({ header: { kid: undefined } }),
      FILM,
      'the signature fits the key k1, but the token names none',
    ],
    [
      'unknown',
      () => token({ header: { kid: 'k9' } }),
      FILM,
      'the signature fits the key k1, but the token names another',
    ],
    [
      'the text of the secret',
      () => token({ secret: Buffer.from(SECRET).toString('base64url') }),
      FILM,
      'the signature fits the base64url text of the secret, but the key is the bytes that the text stands for',
    ],
    ['nowhere', () => token({ secret: 'x'.repeat(43) }), FILM, null],
    [
      'of the key set',
      () => memberToken({}, 'ES256', { kid: 'x' }),
      '/members/x',
      'the signature fits the key ES256, but the token names another',
    ],
    [
      'for a section of public keys',
      () => token(),
      '/members/x',
      'the token is signed with HS256, which is for /private/*, /films/*, but /members/* checks with a public key',
    ],
    [
      'for a section of secrets',
      () => memberToken(),
      FILM,
      'the token is signed with ES256, which is for /members/*, but /private/* checks with a secret of the store',
    ],
    [
      'for no section',
      async () => `${segment({ alg: 'EdDSA' })}.e30.AA`,
      FILM,
      'the token is signed with Ed25519, which is for no section here, but /private/* checks with a secret of the store',
    ],
    ['of no algorithm', async () => `${segment({ alg: 'none' })}.e30.AA`, FILM, null],
  ])('%s', async (_, made, target, says) => {
    const { allow, nearest: near } = await explained(target, {}, await made());
    expect({ allow, near }).toEqual({ allow: false, near: says });
  });
});

test.each<[claims: Record<string, unknown>, target: string, says: string | null]>([
  [{ exp: NOON - 180 }, FILM, 'expired 3 minutes ago'],
  [{ exp: NOON }, FILM, 'expired this very second'],
  [{ exp: NOON - 3599 }, FILM, 'expired 60 minutes ago'],
  [{ exp: NOON - 3600 }, FILM, null],
  [{ exp: NOON - 180, res: '/x' }, FILM, 'expired 3 minutes ago'],
  [{ nbf: NOON + 31 }, FILM, 'nbf is 31 seconds ahead, 1 second beyond the 30 seconds of leeway'],
  [{ nbf: NOON + 30 + 3600 }, FILM, null],
  [{ iat: NOON + 40 }, FILM, 'iat is 40 seconds ahead, 10 seconds beyond the 30 seconds of leeway'],
  [
    { iat: NOON * 1000, nbf: NOON * 1000 },
    FILM,
    'the claims are good with nbf, iat in seconds, but the token has milliseconds',
  ],
  [{ exp: `${NOON + 1}` }, FILM, 'the claims are good with exp as a number of seconds, but it is a text'],
  [{ exp: '2026-01-01T12:01:00Z' }, FILM, 'the claims are good with exp as a number of seconds, but it is a text'],
  [{ exp: 'soon' }, FILM, null],
  [{ iss: ISSUER.slice(0, -1), aud: 'cdn' }, '/films/x', 'iss fits with a slash at its end, but the token has none'],
  [{ iss: 'https://other.example.com', aud: 'cdn' }, '/films/x', null],
  [{ iss: ISSUER, aud: ['app', 'cdn/'] }, '/films/x', 'aud fits without a slash at its end, but the token has one'],
  [{ res: '/private/a/' }, '/private/a', 'res /private/a/ fits without a slash at the end of its path, but has one'],
  [{ res: '/private/a' }, '/private/a/', 'res /private/a fits with a slash at the end of its path, but has none'],
  [{ res: '/Private/a' }, '/private/a', 'res /Private/a fits in lower case, but the request and it differ in case'],
  [
    { res: ['/x', 'https://api.example.com/*'] },
    FILM,
    'res https://api.example.com/* fits the host api.example.com, but the request has www.example.com',
  ],
  [
    { res: 'http://www.example.com/*' },
    FILM,
    'res http://www.example.com/* fits with https, as every request is taken at the edge, but has http',
  ],
  [
    { res: FILM },
    `${FILM}?v=1`,
    `res ${FILM} fits the URL without its query string, but the request has one (a "*" at the end of the path covers it)`,
  ],
  [{ res: 'private/*' }, FILM, 'res private/* fits with "/" before it, but has none'],
  [{ res: '/private/' }, FILM, 'res /private/ fits with "*" at its end, but has none'],
  [{ res: '/films/x' }, FILM, null],
  [
    { res: '/private/a/', ip: '192.0.2.1' },
    '/private/a',
    'res /private/a/ fits without a slash at the end of its path, but has one',
  ],
  [{ not: '*' }, FILM, null],
  [{ ip: '192.0.2.1' }, FILM, null],
  [{}, FILM, null],
])('claims %j at %s: %s', async (claims, target, says) => {
  expect(await nearestOf(claims, target)).toBe(says);
});

test('a path that is not canonical, without the token in it', async () => {
  const good = await token();
  const { reason, status, nearest: near, steps } = await explained(`/~${good}//private/x`);
  expect({ reason, status, near }).toEqual({
    reason: 'path',
    status: 400,
    near: 'the path is canonical as /private/x',
  });
  expect(steps.at(-1)).toMatchObject({ step: 'path', got: '//private/x: segment 1 is empty' });
});

describe("CloudFront's own signatures", () => {
  const grant = { resource: 'https://www.example.com/*', dateLessThan: NOON + 60 };

  test('decide under signed.path, before any function', async () => {
    const { pathname, search } = new URL(
      signedUrl('https://www.example.com/signed/x', signCustom(grant, RSA.signer('SHA1'))),
    );
    expect(await explained(pathname + search)).toMatchObject({ allow: true, status: null });
    expect(await explained('/signed//x')).toMatchObject({ reason: 'no-credential', code: 'MissingKey', status: 403 });
    const other = new URL(signedUrl('https://www.example.com/signed/x', signCustom(grant, EC.signer('SHA1'))));
    expect(await explained(other.pathname + other.search)).toMatchObject({
      code: 'InvalidKey',
      nearest: null,
    });
  });

  test('decide in a section that takes them, where there is no token', async () => {
    const signer = { keyPairId: SIGNER_ID, privateKey: SIGNER.privateKey, hashAlgorithm: 'SHA1' } as const;
    const { pathname, search } = new URL(signedUrl('https://www.example.com/members/x', signCustom(grant, signer)));
    expect(await explained(pathname + search)).toMatchObject({ allow: true, status: null });
    expect(await explained(pathname + search, { now: NOON + 60 })).toMatchObject({
      reason: 'expired',
      code: null,
      status: 403,
    });
    expect(publicKeys(config.sectionKeys['/members/*']?.publicKeys ?? {}).size).toBe(1);
  });
});

test('the steps show what was expected and what came, for people', async () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
  const store = memoryStore({ state, [revocationKey('sid', 'session', sha256)]: `${NOON}` });
  const claims = {
    iat: NOON - 3600,
    exp: NOON - 180,
    iss: ISSUER,
    res: ['/private/*'],
    not: '/private/f*',
    ip: '203.0.113.0/29',
    hdr: { names: ['user-agent', 'accept'], sha256: 'x' },
    sid: 'session',
    sub: 'viewer',
  };
  const headers: Sent['headers'] = [
    ['user-agent', 'x'],
    ['authorization', 'Bearer x'],
  ];
  const request = requestFor(`${FILM}?v=1&edgekeeper=${await token({ claims })}`, { headers, ip: '192.0.2.1' });
  const explanation = await explainAtEdge(request, serviceOf(config, store));
  expect(`\n${explanationLines(explanation).join('\n')}\n`).toBe(`
✓ behavior   /private/*, checked by the CloudFront Function
✓ path       /private/film.mp4 (expected a path in its canonical spelling)
✓ section    /private/*
✓ carrier    the query parameter edgekeeper; Authorization: Bearer beside it not looked at (expected the path (/~<token>/...), the query parameter edgekeeper, Authorization: Bearer, the cookie edgekeeper)
✓ token      three segments, 372 characters (expected three segments of base64url without padding, at most 2,048 characters)
✓ header     a JSON object (expected a JSON object in its one encoding, kid a text if any, no crit)
✓ algorithm  HS256
✓ key        k1 (expected one of k1, k2 in the store)
✓ signature  a signature by that key with HS256
✓ iss        https://sign-in.example.com/ (expected any)
✓ iat        2026-01-01T12:00:00Z, 1 hour after (expected 2026-01-01T11:00:00Z or later, with 30 s of leeway)
✗ exp        expected before 2026-01-01T11:57:00Z
             got 2026-01-01T12:00:00Z, 3 minutes after
✓ res        https://www.example.com/private/film.mp4?v=1 (expected /private/*)
✗ not        expected not /private/f*
             got https://www.example.com/private/film.mp4?v=1
✗ ip         expected an address of 203.0.113.0/29
             got 192.0.2.1
✗ hdr        expected user-agent, accept as they were when the token was signed
             got another value of one of them, and a hash does not tell which; absent: accept
✗ sid        expected not revoked since the token was issued
             got ${sha256('sid:session')}, issued 2026-01-01T11:00:00Z, and those issued until 2026-01-01T12:00:00Z are revoked
✓ sub        ${sha256('sub:viewer')}, not revoked (expected not revoked since the token was issued)

refused: expired (answered 403)
nearest miss: expired 3 minutes ago
`);
});
