/** The shipped bundle: which tokens let their bearer in, and why the others do not. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SectionKeys } from '../../../shared/config.ts';
import type { ViewerRequestInit } from '../../support/events.ts';
import { MEMBERS, type MemberFunction, memberFunction } from '../../support/member-function.ts';
import { ALGORITHMS, type Algorithm, memberKeys, memberToken } from '../../support/member-keys.ts';
import { LAMBDA_SECTION, SETTINGS } from '../../support/settings.ts';
import { NOON, segment, withSegment } from '../../support/tokens.ts';

const NAME = LAMBDA_SECTION.name;
const ISSUER = 'https://sign-in.example.com/';
const ALL: Algorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

let members: MemberFunction;
const started: MemberFunction[] = [];
async function running(...settings: Parameters<typeof memberFunction>): Promise<MemberFunction> {
  const member = await memberFunction(...settings);
  started.push(member);
  return member;
}

beforeAll(async () => {
  members = await running();
});
afterAll(() => Promise.all(started.map((member) => member.close())));

/** One section, as it is or with other settings, in front of it one of the other runtime. */
function sections(change: object): object[] {
  return [...SETTINGS.protected, { ...MEMBERS, ...change }];
}

async function verdict(token: string, init: ViewerRequestInit = {}, member = members): Promise<string> {
  return (await member.ask({ ...init, cookies: { [NAME]: token, ...init.cookies } })).verdict;
}

describe('an algorithm', () => {
  test.each(ALL)('%s is taken where the section allows it', async (alg) => {
    const token = await memberToken({}, alg);
    const alone = await running(sections({ algorithms: [alg] }));
    const others = await running(sections({ algorithms: ALL.filter((other) => other !== alg) }));
    expect(await verdict(token, {}, alone)).toBe('goes on');
    expect(await verdict(token, {}, others)).toBe('403 algorithm');
  });

  test('EdDSA goes by its newer name, too', async () => {
    const token = await new SignJWT({ exp: NOON + 60 })
      .setProtectedHeader({ alg: 'Ed25519', kid: 'EdDSA' })
      .sign(ALGORITHMS.EdDSA.privateKey);
    expect(await verdict(token)).toBe('goes on');
    expect(await verdict(token, {}, await running(sections({ algorithms: ['ES256'] })))).toBe('403 algorithm');
  });

  test.each(ALL)('%s with a spoiled signature or another payload is refused', async (alg) => {
    const token = await memberToken({}, alg);
    const spoiled = withSegment(token, 2, (old) => `${old.slice(0, 9)}${old[9] === 'A' ? 'B' : 'A'}${old.slice(10)}`);
    expect(await verdict(spoiled)).toBe('403 signature');
    expect(await verdict(withSegment(token, 1, () => segment({ exp: NOON + 61 })))).toBe('403 signature');
    expect(await verdict(withSegment(token, 2, (old) => old.slice(0, -2)))).toBe('403 signature');
  });

  test.each(['none', 'None', 'HS256', 'HS384', 'RS384', 'RS512', 'ES384', 'RS1', ''])(
    '%j is never taken',
    async (alg) => {
      const token = `${segment({ alg, kid: 'ES256' })}.${segment({ exp: NOON + 60 })}.AAAA`;
      expect(await verdict(token)).toBe('403 algorithm');
    },
  );
});

describe('key confusion', () => {
  test.each(ALL)('a public key of %s is no secret of HS256', async (kid) => {
    const { publicKey } = ALGORITHMS[kid];
    const secrets = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(publicKey.export({ format: 'jwk' })),
    ];
    const text = `${segment({ alg: 'HS256', kid })}.${segment({ exp: NOON + 60 })}`;
    for (const secret of secrets) {
      const signature = createHmac('sha256', secret).update(text).digest('base64url');
      expect(await verdict(`${text}.${signature}`)).toBe('403 algorithm');
    }
  });

  test.each(ALL.flatMap((alg) => ALL.filter((kid) => kid !== alg).map((kid) => ({ alg, kid }))))(
    'a token of $alg does not name the key of $kid',
    async ({ alg, kid }) => expect(await verdict(await memberToken({}, alg, { kid }))).toBe('403 unknown-key'),
  );

  test.each(['es256', 'ES256 ', '', '__proto__', 'constructor', 'toString', '0', 'length'])(
    '%j is the id of no key',
    async (kid) => expect(await verdict(await memberToken({}, 'ES256', { kid }))).toBe('403 unknown-key'),
  );

  test.each<{ header: object; expected: string }>([
    {
      header: { jwk: { kty: 'EC' }, jku: 'https://evil.example.com/', x5u: 'https://evil.example.com/', x5c: ['AA'] },
      expected: 'goes on',
    },
    { header: { typ: 'at+jwt' }, expected: 'goes on' },
    { header: { crit: ['exp'], exp: 1 }, expected: '403 malformed' },
    { header: { kid: 1 }, expected: '403 malformed' },
    { header: { kid: null }, expected: '403 malformed' },
  ])('the header $header: $expected', async ({ header, expected }) => {
    const text = `${segment({ alg: 'ES256', kid: 'ES256', ...header })}.${segment({ exp: NOON + 60 })}`;
    const { sign } = await import('node:crypto');
    const key = { key: ALGORITHMS.ES256.privateKey, dsaEncoding: 'ieee-p1363' as const };
    const token = `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
    expect(await verdict(token)).toBe(expected);
  });

  test.each<{ name: string; keys: (jwk: object) => object[]; kid: string | undefined; expected: string }>([
    { name: 'no kid, one key', keys: (jwk) => [jwk], kid: undefined, expected: 'goes on' },
    {
      name: 'no kid, the key has none',
      keys: (jwk) => [{ ...jwk, kid: undefined }],
      kid: undefined,
      expected: 'goes on',
    },
    {
      name: 'a kid, the only key has none',
      keys: (jwk) => [{ ...jwk, kid: undefined }],
      kid: 'ES256',
      expected: '403 unknown-key',
    },
    {
      name: 'no kid, two keys',
      keys: (jwk) => [jwk, { ...jwk, kid: 'b' }],
      kid: undefined,
      expected: '403 unknown-key',
    },
    {
      name: 'no kid, a second key for encryption',
      keys: (jwk) => [{ ...jwk, kid: 'b', use: 'enc' }, jwk],
      kid: undefined,
      expected: 'goes on',
    },
    { name: 'two keys of one kid', keys: (jwk) => [jwk, jwk], kid: 'ES256', expected: '403 unknown-key' },
    { name: 'the first of two keys', keys: (jwk) => [jwk, { ...jwk, kid: 'b' }], kid: 'ES256', expected: 'goes on' },
    { name: 'no key at all', keys: () => [], kid: 'ES256', expected: '403 unknown-key' },
    { name: 'no key and no kid', keys: () => [], kid: undefined, expected: '403 unknown-key' },
    { name: 'a key for signatures', keys: (jwk) => [{ ...jwk, use: 'sig' }], kid: 'ES256', expected: 'goes on' },
    {
      name: 'a key for encryption',
      keys: (jwk) => [{ ...jwk, use: 'enc' }],
      kid: 'ES256',
      expected: '403 unknown-key',
    },
    {
      name: 'a key that names no algorithm',
      keys: (jwk) => [{ ...jwk, alg: undefined }],
      kid: 'ES256',
      expected: 'goes on',
    },
    {
      name: 'a key for another algorithm',
      keys: (jwk) => [{ ...jwk, alg: 'ES384' }],
      kid: 'ES256',
      expected: '403 unknown-key',
    },
    {
      name: 'a key on another curve',
      keys: (jwk) => [{ ...jwk, alg: undefined, crv: 'P-384' }],
      kid: 'ES256',
      expected: '403 signature',
    },
    {
      name: 'a secret',
      keys: () => [{ kty: 'oct', k: 'AAAA', kid: 'ES256' }],
      kid: 'ES256',
      expected: '403 unknown-key',
    },
    {
      name: 'the private half',
      keys: (jwk) => [{ ...jwk, ...ALGORITHMS.ES256.privateKey.export({ format: 'jwk' }) }],
      kid: 'ES256',
      expected: '403 signature',
    },
  ])('$name: $expected', async ({ keys, kid, expected }) => {
    const jwk = { ...(await exportJWK(ALGORITHMS.ES256.publicKey)), alg: 'ES256', kid: 'ES256' };
    const sectionKeys: SectionKeys = { jwks: keys(jwk), jwksUrl: null, publicKeys: {} };
    const member = await running(sections({}), { '/members/*': sectionKeys });
    expect(await verdict(await memberToken({}, 'ES256', { kid }), {}, member)).toBe(expected);
  });

  test('a key without an algorithm is used for those of the settings alone', async () => {
    const jwk = { ...(await exportJWK(ALGORITHMS.RS256.publicKey)), kid: 'RSA' };
    const sectionKeys = { '/members/*': { jwks: [jwk], jwksUrl: null, publicKeys: {} } };
    const member = await running(sections({ algorithms: ['RS256'] }), sectionKeys);
    const as = (alg: string) =>
      new SignJWT({ exp: NOON + 60 }).setProtectedHeader({ alg, kid: 'RSA' }).sign(ALGORITHMS.RS256.privateKey);
    expect(await verdict(await as('RS256'), {}, member)).toBe('goes on');
    expect(await verdict(await as('PS256'), {}, member)).toBe('403 algorithm');
  });

  test('each section has its own keys, names and rules', async () => {
    const all = await memberKeys();
    const only = (kid: string) => ({ ...all, jwks: all.jwks.filter((jwk) => (jwk as { kid: string }).kid === kid) });
    const vip = { ...MEMBERS, path: '/members/vip/*', name: 'vip', issuer: ISSUER };
    const keys = { '/members/vip/*': only('RS256'), '/members/*': only('ES256') };
    const member = await running([...SETTINGS.protected, vip, MEMBERS], keys);
    const [rs, es] = [await memberToken({ iss: ISSUER }, 'RS256'), await memberToken({ iss: ISSUER }, 'ES256')];
    const asked = async (uri: string, cookies: Record<string, string>) => (await member.ask({ uri, cookies })).verdict;
    expect(await asked('/members/vip/a', { vip: rs })).toBe('goes on');
    expect(await asked('/members/vip/a', { vip: es })).toBe('403 unknown-key');
    expect(await asked('/members/vip/a', { vip: await memberToken({}, 'RS256') })).toBe('403 issuer');
    expect(await asked('/members/vip/a', { [NAME]: es })).toBe('401 no-credential');
    expect(await asked('/members/a', { [NAME]: es })).toBe('goes on');
    expect(await asked('/members/a', { [NAME]: rs })).toBe('403 unknown-key');
  });
});

test('keys that the settings refresh come from the provider, and from the build while it does not answer', async () => {
  const { jwks } = await memberKeys();
  const [inlined, provided] = [[jwks[0] as object], [jwks[2] as object]];
  const server = createServer((_, response) => response.end(JSON.stringify({ keys: provided })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const settings = sections({ jwks: { url: 'https://id.example.com/jwks.json', refresh: 'runtime' } });
  const asking = (jwksUrl: string) => running(settings, { '/members/*': { jwks: inlined, jwksUrl, publicKeys: {} } });
  const verdicts = async (member: MemberFunction) => [
    await verdict(await memberToken({}, 'RS256'), {}, member),
    await verdict(await memberToken({}, 'ES256'), {}, member),
  ];
  expect(await verdicts(await asking(`http://127.0.0.1:${port}/`))).toEqual(['403 unknown-key', 'goes on']);
  expect(await verdicts(await asking('http://127.0.0.1:1/'))).toEqual(['goes on', '403 unknown-key']);
  await new Promise((resolve) => server.close(resolve));
});

describe('the form of a token', () => {
  test.each<{ name: string; change: (token: string) => string; expected: string }>([
    { name: 'as it is', change: (token) => token, expected: 'goes on' },
    {
      name: '2,048 characters',
      change: (token) => `${token}${'A'.repeat(2048 - token.length)}`,
      expected: '403 signature',
    },
    {
      name: '2,049 characters',
      change: (token) => `${token}${'A'.repeat(2049 - token.length)}`,
      expected: '403 oversized',
    },
    { name: 'two segments', change: (token) => token.split('.').slice(0, 2).join('.'), expected: '403 malformed' },
    { name: 'four segments', change: (token) => `${token}.x`, expected: '403 malformed' },
    { name: 'no signature', change: (token) => withSegment(token, 2, () => ''), expected: '403 malformed' },
    { name: 'padding', change: (token) => `${token}==`, expected: '403 malformed' },
    { name: 'a stray bit behind the signature', change: (token) => withStrayBit(token), expected: '403 signature' },
    {
      name: 'a header that is no JSON',
      change: (token) => withSegment(token, 0, () => segment('{')),
      expected: '403 malformed',
    },
    {
      name: 'a header that is a list',
      change: (token) => withSegment(token, 0, () => segment('[]')),
      expected: '403 malformed',
    },
    { name: 'signed in DER', change: (token) => withSegment(token, 2, inDer), expected: '403 signature' },
  ])('$name: $expected', async ({ change, expected }) => {
    expect(await verdict(change(await memberToken()))).toBe(expected);
  });

  test.each(['{', '[1]', 'null', '"x"'])('a payload of %s, signed', async (payload) => {
    const { CompactSign } = await import('jose');
    const token = await new CompactSign(Buffer.from(payload))
      .setProtectedHeader({ alg: 'ES256', kid: 'ES256' })
      .sign(ALGORITHMS.ES256.privateKey);
    expect(await verdict(token)).toBe('403 malformed');
  });

  /** 64 bytes leave four bits of the last character unused. */
  function withStrayBit(token: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    return `${token.slice(0, -1)}${alphabet[alphabet.indexOf(token.at(-1) as string) + 1]}`;
  }

  function inDer(signature: string): string {
    const bytes = Buffer.from(signature, 'base64url');
    const integers = [bytes.subarray(0, 32), bytes.subarray(32)].map((half) => Buffer.from([0x02, 33, 0, ...half]));
    return Buffer.from([0x30, 70, ...Buffer.concat(integers)]).toString('base64url');
  }
});

describe('the section decides about', () => {
  const required = { issuer: ISSUER, audience: 'cdn' };

  test.each<{ claims: Record<string, unknown>; expected: string }>([
    { claims: { iss: ISSUER, aud: 'cdn' }, expected: 'goes on' },
    { claims: { iss: ISSUER, aud: ['app', 'cdn'] }, expected: 'goes on' },
    { claims: { iss: ISSUER.slice(0, -1), aud: 'cdn' }, expected: '403 issuer' },
    { claims: { iss: [ISSUER], aud: 'cdn' }, expected: '403 issuer' },
    { claims: { aud: 'cdn' }, expected: '403 issuer' },
    { claims: { iss: ISSUER, aud: 'xcdn' }, expected: '403 audience' },
    { claims: { iss: ISSUER, aud: [] }, expected: '403 audience' },
    { claims: { iss: ISSUER }, expected: '403 audience' },
    // What is wrong with the token itself comes before what it is asked about.
    { claims: { iss: ISSUER, aud: 'cdn', exp: undefined }, expected: '403 claims' },
  ])('issuer and audience, $claims: $expected', async ({ claims, expected }) => {
    const strict = await running(sections(required));
    expect(await verdict(await memberToken(claims), {}, strict)).toBe(expected);
  });

  test.each([
    { geo: 'DE', expected: '403 unsupported-claim' },
    { geo: ['DE', 'US-CA'], expected: '403 unsupported-claim' },
    { geo: [], expected: '403 unsupported-claim' },
    { geo: undefined, expected: 'goes on' },
  ])('no country $geo: $expected, whatever the viewer says', async ({ geo, expected }) => {
    const headers = { 'cloudfront-viewer-country': 'DE', 'cloudfront-viewer-country-region': 'BE' };
    expect(await verdict(await memberToken({ geo }), { headers })).toBe(expected);
  });
});

describe('a carrier', () => {
  let good: string;
  let stale: string;
  let unknown: string;
  beforeAll(async () => {
    unknown = await memberToken({}, 'ES256', { kid: 'none' });
    good = await memberToken();
    stale = await memberToken({ exp: NOON });
  });

  /** Where G stands for a good token, S for an expired one, U for one of an unknown key. */
  interface Case {
    readonly name: string;
    readonly query?: string;
    readonly authorization?: string | string[];
    readonly cookie?: string;
    readonly carriers?: string[];
    readonly expected: string;
  }
  test.each<Case>([
    { name: 'nothing', expected: '401 no-credential' },
    { name: 'query', query: `a=1&${NAME}=G`, expected: 'goes on' },
    { name: 'query, not asked for', query: `${NAME}=G`, carriers: ['header', 'cookie'], expected: '401 no-credential' },
    { name: 'query, empty', query: `${NAME}=`, expected: '401 no-credential' },
    { name: 'query, without a value', query: NAME, expected: '401 no-credential' },
    { name: 'query, encoded name', query: `%65${NAME.slice(1)}=G`, expected: '401 no-credential' },
    { name: 'query, the second of two', query: `${NAME}=x&${NAME}=G`, expected: 'goes on' },
    { name: 'query, the third', query: `${NAME}=x&${NAME}=x&${NAME}=G`, expected: '403 malformed' },
    { name: 'header', authorization: 'Bearer G', expected: 'goes on' },
    { name: 'header, another case', authorization: 'bEARER  G', expected: 'goes on' },
    {
      name: 'header, not asked for',
      authorization: 'Bearer G',
      carriers: ['query', 'cookie'],
      expected: '401 no-credential',
    },
    { name: 'header, empty', authorization: 'Bearer ', expected: '401 no-credential' },
    { name: 'header, another scheme', authorization: 'Basic G', expected: '401 no-credential' },
    { name: 'header, twice', authorization: ['Bearer S', 'Bearer G'], expected: 'goes on' },
    { name: 'header, two in one line', authorization: 'Bearer S, Bearer G', expected: '403 malformed' },
    { name: 'cookie', cookie: `theme=dark; ${NAME}=G`, expected: 'goes on' },
    {
      name: 'cookie, not asked for',
      cookie: `${NAME}=G`,
      carriers: ['query', 'header'],
      expected: '401 no-credential',
    },
    { name: 'cookie, without a space', cookie: `theme=dark;${NAME}=G`, expected: 'goes on' },
    { name: 'cookie, another case', cookie: `${NAME.toUpperCase()}=G`, expected: '401 no-credential' },
    { name: 'cookie, in quotes', cookie: `${NAME}="G"`, expected: '403 malformed' },
    { name: 'cookie, of another section', cookie: 'edgekeeper=G', expected: '401 no-credential' },
    { name: 'cookie, the second of two', cookie: `${NAME}=S; ${NAME}=G`, expected: 'goes on' },
    { name: 'cookie, the first of two', cookie: `${NAME}=G; ${NAME}=S`, expected: 'goes on' },
    { name: 'cookie, the third', cookie: `${NAME}=S; ${NAME}=S; ${NAME}=G`, expected: '403 expired' },
    { name: 'cookie, the reason is that of the first', cookie: `${NAME}=S; ${NAME}=x`, expected: '403 expired' },
    {
      name: 'cookie, the reason is that of the first, verified or not',
      cookie: `${NAME}=S; ${NAME}=U`,
      expected: '403 expired',
    },
    { name: 'cookie, the other way round', cookie: `${NAME}=U; ${NAME}=S`, expected: '403 unknown-key' },
    { name: 'query before header', query: `${NAME}=S`, authorization: 'Bearer G', expected: '403 expired' },
    { name: 'header before cookie', authorization: 'Bearer S', cookie: `${NAME}=G`, expected: '403 expired' },
    { name: 'query before cookie', query: `${NAME}=G`, cookie: `${NAME}=S`, expected: 'goes on' },
    { name: 'empty query, good header', query: `${NAME}=`, authorization: 'Bearer G', expected: 'goes on' },
    { name: 'another scheme, good cookie', authorization: 'Basic eDp5', cookie: `${NAME}=G`, expected: 'goes on' },
  ])('$name: $expected', async ({ query, authorization, cookie, carriers, expected }) => {
    const filled = (text: string) =>
      text.replaceAll(/\bG\b/g, good).replaceAll(/\bS\b/g, stale).replaceAll(/\bU\b/g, unknown);
    const change = { carriers, publicKeys: {} };
    const member = carriers === undefined ? members : await running(sections(change));
    const headers = {
      ...(authorization !== undefined && { authorization: [authorization].flat().map(filled) }),
      ...(cookie !== undefined && { cookie: filled(cookie) }),
    };
    const answer = await member.ask({ headers, ...(query !== undefined && { query: filled(query) }) });
    expect(answer.verdict).toBe(expected);
  });

  test('may be spread over several lines of cookies', async () => {
    const { verdict } = await members.ask({ headers: { cookie: ['theme=dark', `${NAME}=${good}`] } });
    expect(verdict).toBe('goes on');
  });
});

describe('a path', () => {
  test.each([
    ...['/members%2Fx', '/%6dembers/x', '//members/x', '/x/../members/x', '/members/x%2e', '/members/%2E%2E/x'].map(
      (uri) => ({ uri, expected: '400 path' }),
    ),
    ...['/members/a+b', '/members/%ff', '/members/a\\b', '/members/a%00', '/members/a%2fb', 'members/x', ''].map(
      (uri) => ({
        uri,
        expected: '400 path',
      }),
    ),
    { uri: '/members/a%40b', expected: 'goes on' },
    { uri: '/members/', expected: 'goes on' },
    // What no section of this function covers, whichever behavior it is associated with.
    { uri: '/members', expected: '403 no-section' },
    { uri: '/Members/x', expected: '403 no-section' },
    { uri: '/film.mp4', expected: '403 no-section' },
    { uri: '/', expected: '403 no-section' },
    { uri: '/private/x', expected: '403 no-section' },
    { uri: '/~token/members/x', expected: '403 no-section' },
  ])('$uri: $expected', async ({ uri, expected }) => {
    const token = await memberToken();
    expect(await verdict(token, { uri, cookies: { edgekeeper: token } })).toBe(expected);
    expect((await members.ask({ uri, headers: { authorization: `Bearer ${token}` } })).verdict).toBe(expected);
  });
});

describe('a refusal', () => {
  test.each<{ status: string; init: ViewerRequestInit; more: object }>([
    { status: '400', init: { uri: '//x' }, more: {} },
    { status: '401', init: {}, more: { 'www-authenticate': 'Bearer' } },
    { status: '403', init: { cookies: { [NAME]: 'junk' } }, more: {} },
    { status: '403', init: { uri: '/private/x' }, more: {} },
  ])('$status is not stored, and says no more than it must', async ({ init, status, more }) => {
    const answer = await members.ask(init);
    expect([answer.status, answer.headers]).toEqual([
      status,
      {
        'cache-control': 'no-store',
        'strict-transport-security': 'max-age=63072000',
        'x-content-type-options': 'nosniff',
        ...more,
      },
    ]);
  });

  test('leaves one line in the log, without the credential; an admission none', async () => {
    const token = await memberToken({ exp: NOON });
    const headers = { cookie: `${NAME}=${token}; CloudFront-Policy=secret` };
    const refused = await members.ask({ headers, query: `${NAME}=${token}&Signature=secret` });
    expect(refused.lines).toEqual([
      '{"edgekeeper":1,"verdict":"refused","reason":"expired","status":403,"path":"/members/film.mp4"}',
    ]);
    expect((await members.ask({ cookies: { [NAME]: await memberToken() } })).lines).toEqual([]);
  });

  test('is an answer, whatever the event lacks', async () => {
    const { verdict } = await members.ask({ ip: '', method: '', headers: { host: [] } });
    expect(verdict).toBe('401 no-credential');
  });
});
