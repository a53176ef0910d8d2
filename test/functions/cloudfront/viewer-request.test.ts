/** The shipped script: the same requests in the emulator's realm and in the real engine. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/parse.ts';
import type { Engine, Run, RunResult } from '../../support/engines.ts';
import { viewerRequest } from '../../support/events.ts';
import { config, SETTINGS } from '../../support/settings.ts';
import { NOON, OTHER_SECRET, SECRET, segment, token, withSegment } from '../../support/tokens.ts';
import {
  asking,
  bearing,
  type Case,
  expectedOf,
  inBothEngines,
  resultOf,
  scriptOf,
  verdictOf,
  verdictsOn,
} from '../../support/verdicts.ts';

const ISSUER = 'https://sign-in.example.com/';

/** A request for a private object that shows a token elsewhere than in a cookie, or in several places. */
function carrying({ query, authorization, cookie }: { query?: string; authorization?: string; cookie?: string }): Run {
  return asking(cookie === undefined ? {} : { edgekeeper: cookie }, {
    ...(query !== undefined && { query }),
    ...(authorization !== undefined && { headers: { authorization } }),
  });
}

async function cases(): Promise<Case[]> {
  const good = await token();
  const stale = await token({ claims: { exp: NOON - 1 } });
  const forged = await token({ secret: OTHER_SECRET });
  const hs512 = `${segment({ alg: 'HS512', kid: 'k1' })}.${segment({ exp: NOON + 60 })}.${'A'.repeat(43)}`;
  const two = JSON.stringify({ keys: { k1: SECRET, k2: OTHER_SECRET } });
  const weak = Buffer.alloc(31, 1).toString('base64url');
  const audience = { audience: 'cdn' };
  const all = { carriers: ['cookie', 'query', 'header'] };
  return [
    { name: 'public', run: { event: viewerRequest({ uri: '/film.mp4' }) }, expected: 'goes on' },
    { name: 'public, store unreadable', run: { event: viewerRequest(), state: null }, expected: 'goes on' },
    { name: 'no cookie', run: asking({}), expected: '401 no-credential' },
    { name: 'empty cookie', run: asking({ edgekeeper: '' }), expected: '401 no-credential' },
    { name: 'another cookie', run: asking({ session: good }), expected: '401 no-credential' },
    { name: 'good token', run: asking({ edgekeeper: good }), expected: 'goes on' },
    {
      name: 'store unreadable',
      run: { ...asking({ edgekeeper: good }), state: null },
      expected: '503 state-unreadable',
    },
    {
      name: 'state is no object',
      run: { ...asking({ edgekeeper: good }), state: '[]' },
      expected: '503 state-unreadable',
    },
    {
      name: 'state without keys',
      run: { ...asking({ edgekeeper: good }), state: '{}' },
      expected: '503 state-unreadable',
    },
    {
      name: 'no such key',
      run: { ...asking({ edgekeeper: good }), state: '{"keys":{}}' },
      expected: '403 unknown-key',
    },
    {
      name: 'key is no text',
      run: { ...asking({ edgekeeper: good }), state: '{"keys":{"k1":7}}' },
      expected: '403 unknown-key',
    },

    // The form of the token.
    {
      name: '2,048 characters',
      run: asking({ edgekeeper: `${good}${'x'.repeat(2048 - good.length)}` }),
      expected: '403 signature',
    },
    {
      name: '2,049 characters',
      run: asking({ edgekeeper: `${good}${'x'.repeat(2049 - good.length)}` }),
      expected: '403 oversized',
    },
    {
      name: 'two segments',
      run: asking({ edgekeeper: good.split('.').slice(0, 2).join('.') }),
      expected: '403 malformed',
    },
    { name: 'four segments', run: asking({ edgekeeper: `${good}.x` }), expected: '403 malformed' },
    { name: 'padding', run: asking({ edgekeeper: `${good}=` }), expected: '403 malformed' },
    {
      name: 'header is no JSON',
      run: asking({ edgekeeper: withSegment(good, 0, () => segment('{')) }),
      expected: '403 malformed',
    },
    {
      name: 'header is a list',
      run: asking({ edgekeeper: withSegment(good, 0, () => segment('[]')) }),
      expected: '403 malformed',
    },
    {
      name: 'header is null',
      run: asking({ edgekeeper: withSegment(good, 0, () => segment('null')) }),
      expected: '403 malformed',
    },
    {
      name: 'stray bits in the header',
      run: asking({ edgekeeper: withSegment(good, 0, (old) => `${old.slice(0, -1)}R`) }),
      expected: '403 malformed',
    },
    {
      name: 'crit',
      run: asking({ edgekeeper: await token({ header: { crit: ['b64'], b64: true } }) }),
      expected: '403 malformed',
    },
    {
      name: 'crit is null',
      run: asking({ edgekeeper: `${segment({ alg: 'HS256', kid: 'k1', crit: null })}.e30.AA` }),
      expected: '403 malformed',
    },
    {
      name: 'alg none',
      run: asking({ edgekeeper: `${segment({ alg: 'none' })}.${segment({ exp: NOON + 60 })}.AA` }),
      expected: '403 algorithm',
    },
    {
      name: 'alg none, empty signature',
      run: asking({ edgekeeper: `${segment({ alg: 'none' })}.${segment({ exp: NOON + 60 })}.` }),
      expected: '403 malformed',
    },
    { name: 'another HMAC', run: asking({ edgekeeper: hs512 }), expected: '403 algorithm' },
    {
      name: 'kid is no text',
      run: asking({ edgekeeper: `${segment({ alg: 'HS256', kid: 1 })}.e30.AA` }),
      expected: '403 malformed',
    },

    // Signature and key.
    {
      name: 'tampered payload',
      run: asking({ edgekeeper: withSegment(good, 1, () => segment({ exp: NOON + 9999 })) }),
      expected: '403 signature',
    },
    {
      name: 'tampered signature',
      run: asking({ edgekeeper: withSegment(good, 2, (old) => `${old.startsWith('A') ? 'B' : 'A'}${old.slice(1)}`) }),
      expected: '403 signature',
    },
    { name: 'shortened signature', run: asking({ edgekeeper: good.slice(0, -1) }), expected: '403 signature' },
    {
      name: 'signed with another key',
      run: asking({ edgekeeper: await token({ secret: OTHER_SECRET }) }),
      expected: '403 signature',
    },
    {
      name: 'kid of no key',
      run: asking({ edgekeeper: await token({ header: { kid: 'k9' } }) }),
      expected: '403 unknown-key',
    },
    {
      name: 'kid that a key begins with',
      run: asking({ edgekeeper: await token({ header: { kid: 'k' } }) }),
      expected: '403 unknown-key',
    },
    {
      name: 'kid of the prototype',
      run: asking({ edgekeeper: await token({ header: { kid: '__proto__' } }) }),
      expected: '403 unknown-key',
    },
    {
      name: 'kid of a method',
      run: asking({ edgekeeper: await token({ header: { kid: 'toString' } }) }),
      expected: '403 unknown-key',
    },
    {
      name: 'no kid, one key',
      run: asking({ edgekeeper: await token({ header: { kid: undefined } }) }),
      expected: 'goes on',
    },
    {
      name: 'no kid, two keys',
      run: { ...asking({ edgekeeper: await token({ header: { kid: undefined } }) }), state: two },
      expected: '403 unknown-key',
    },
    {
      name: 'second of two keys',
      run: { ...asking({ edgekeeper: await token({ header: { kid: 'k2' }, secret: OTHER_SECRET }) }), state: two },
      expected: 'goes on',
    },
    {
      name: 'key of 31 bytes',
      run: { ...asking({ edgekeeper: await token({ secret: weak }) }), state: JSON.stringify({ keys: { k1: weak } }) },
      expected: '403 weak-key',
    },
    { name: 'payload is no JSON', run: asking({ edgekeeper: await signed('{') }), expected: '403 malformed' },
    { name: 'payload is a list', run: asking({ edgekeeper: await signed('[1]') }), expected: '403 malformed' },

    // Claims, in pairs around each boundary.
    { name: 'at exp', run: { ...(await bearing({})), now: NOON + 60 }, expected: '403 expired' },
    { name: 'just before exp', run: { ...(await bearing({})), now: NOON + 59.999 }, expected: 'goes on' },
    { name: 'no exp', run: await bearing({ exp: undefined }), expected: '403 claims' },
    { name: 'exp is a text', run: await bearing({ exp: String(NOON + 60) }), expected: '403 claims' },
    {
      name: 'exp beyond all numbers',
      run: asking({ edgekeeper: await signed('{"exp":1e400}') }),
      expected: '403 claims',
    },
    { name: 'nbf within the leeway', run: await bearing({ nbf: NOON + 30 }), expected: 'goes on' },
    { name: 'nbf beyond the leeway', run: await bearing({ nbf: NOON + 31 }), expected: '403 not-yet-valid' },
    { name: 'iat within the leeway', run: await bearing({ iat: NOON + 30 }), expected: 'goes on' },
    { name: 'iat beyond the leeway', run: await bearing({ iat: NOON + 31 }), expected: '403 not-yet-valid' },
    { name: 'iat is null', run: await bearing({ iat: null }), expected: '403 claims' },
    { name: 'required issuer', run: await bearing({ iss: ISSUER }), section: { issuer: ISSUER }, expected: 'goes on' },
    {
      name: 'another issuer',
      run: await bearing({ iss: ISSUER.slice(0, -1) }),
      section: { issuer: ISSUER },
      expected: '403 issuer',
    },
    { name: 'no issuer', run: await bearing({}), section: { issuer: ISSUER }, expected: '403 issuer' },
    {
      name: 'the issuer in a list',
      run: await bearing({ iss: [ISSUER] }),
      section: { issuer: ISSUER },
      expected: '403 issuer',
    },
    { name: 'required audience', run: await bearing({ aud: 'cdn' }), section: audience, expected: 'goes on' },
    {
      name: 'required audience in a list',
      run: await bearing({ aud: ['app', 'cdn'] }),
      section: audience,
      expected: 'goes on',
    },
    { name: 'another audience', run: await bearing({ aud: ['app'] }), section: audience, expected: '403 audience' },
    {
      name: 'an audience that contains it',
      run: await bearing({ aud: 'xcdnx' }),
      section: audience,
      expected: '403 audience',
    },
    { name: 'no audience', run: await bearing({}), section: audience, expected: '403 audience' },
    { name: 'resource', run: await bearing({ res: '/private/*' }), expected: 'goes on' },
    { name: 'another resource', run: await bearing({ res: '/private/film.mp3' }), expected: '403 resource' },
    { name: 'one of the resources', run: await bearing({ res: ['/a/*', '/private/film.*'] }), expected: 'goes on' },
    { name: 'no resource at all', run: await bearing({ res: [] }), expected: '403 resource' },
    { name: 'resource is no text', run: await bearing({ res: [7] }), expected: '403 claims' },
    { name: 'full URL', run: await bearing({ res: 'https://www.example.com/private/*' }), expected: 'goes on' },
    {
      name: 'full URL of another host',
      run: await bearing({ res: 'https://api.example.com/private/*' }),
      expected: '403 resource',
    },
    {
      name: 'resource in another spelling',
      run: await bearing({ res: '/private/a%40b' }, { uri: '/private/a@b' }),
      expected: 'goes on',
    },
    {
      name: 'encoded asterisk in the resource',
      run: await bearing({ res: '/private/a%2A' }, { uri: '/private/a*' }),
      expected: 'goes on',
    },
    {
      name: 'empty query string, exact resource',
      run: await bearing({ res: '/private/film.mp4' }, { query: '' }),
      expected: 'goes on',
    },
    {
      name: 'query string, exact resource',
      run: await bearing({ res: '/private/film.mp4' }, { query: 'v=1' }),
      expected: '403 resource',
    },
    {
      name: 'query string, trailing wildcard',
      run: await bearing({ res: '/private/*' }, { query: 'v=1' }),
      expected: 'goes on',
    },
    { name: 'address', run: await bearing({ ip: '203.0.113.7' }), expected: 'goes on' },
    { name: 'range', run: await bearing({ ip: ['198.51.100.0/24', '203.0.113.0/29'] }), expected: 'goes on' },
    { name: 'outside the range', run: await bearing({ ip: '203.0.113.8/29' }), expected: '403 source-ip' },
    { name: 'IPv6 range', run: await bearing({ ip: '2001:db8::/32' }, { ip: '2001:db8:1::7' }), expected: 'goes on' },
    {
      name: 'outside the IPv6 range',
      run: await bearing({ ip: '2001:db8::/32' }, { ip: '2001:db9::1' }),
      expected: '403 source-ip',
    },
    { name: 'no address at all', run: await bearing({ ip: [] }), expected: '403 source-ip' },
    { name: 'range that is none', run: await bearing({ ip: '203.0.113.0/33' }), expected: '403 claims' },
    { name: 'range that is no text', run: await bearing({ ip: [{ toString: 1 }] }), expected: '403 claims' },
    { name: 'outside what is excluded', run: await bearing({ not: '/private/secret/*' }), expected: 'goes on' },
    {
      name: 'excluded',
      run: await bearing({ res: '/private/*', not: ['/x', '/private/film.*'] }),
      expected: '403 excluded',
    },
    {
      name: 'excluded, in another spelling',
      run: await bearing({ not: '/private/a@b' }, { uri: '/private/a%40b' }),
      expected: '403 excluded',
    },
    {
      name: 'excluded, with a query string',
      run: await bearing({ not: '/private/film.mp4*' }, { query: 'v=1' }),
      expected: '403 excluded',
    },
    { name: 'nothing excluded', run: await bearing({ not: [] }), expected: 'goes on' },
    { name: 'an exclusion that is no text', run: await bearing({ not: [7] }), expected: '403 claims' },
    { name: 'an exclusion that is null', run: await bearing({ not: null }), expected: '403 claims' },
    {
      name: 'a country, where the section does not ask for it',
      run: await bearing({ geo: ['DE'] }),
      expected: '403 unsupported-claim',
    },

    // Two values of one cookie.
    { name: 'stale before good', run: asking({ edgekeeper: [stale, good] }), expected: 'goes on' },
    { name: 'junk before good', run: asking({ edgekeeper: ['junk', good] }), expected: 'goes on' },
    { name: 'good as the third', run: asking({ edgekeeper: [stale, stale, good] }), expected: '403 expired' },
    { name: 'good after two empty ones', run: asking({ edgekeeper: ['', '', good] }), expected: '401 no-credential' },
    { name: 'stale before forged', run: asking({ edgekeeper: [stale, forged] }), expected: '403 expired' },
    { name: 'junk before another HMAC', run: asking({ edgekeeper: ['junk', hs512] }), expected: '403 malformed' },
    { name: 'junk before stale', run: asking({ edgekeeper: ['junk', stale] }), expected: '403 expired' },

    // Carriers: the first that is there decides.
    { name: 'query', section: all, run: carrying({ query: `a=1&edgekeeper=${good}` }), expected: 'goes on' },
    { name: 'query, not asked for', run: carrying({ query: `edgekeeper=${good}` }), expected: '401 no-credential' },
    {
      name: 'empty query, good cookie',
      section: all,
      run: carrying({ query: 'edgekeeper=', cookie: good }),
      expected: 'goes on',
    },
    {
      name: 'stale query, good cookie',
      section: all,
      run: carrying({ query: `edgekeeper=${stale}`, cookie: good }),
      expected: '403 expired',
    },
    {
      name: 'two in the query, the second good',
      section: all,
      run: carrying({ query: `edgekeeper=x&edgekeeper=${good}` }),
      expected: 'goes on',
    },
    {
      name: 'encoded name in the query',
      section: all,
      run: carrying({ query: `%65dgekeeper=${good}` }),
      expected: '401 no-credential',
    },
    { name: 'header', section: all, run: carrying({ authorization: `Bearer ${good}` }), expected: 'goes on' },
    {
      name: 'header, another case',
      section: all,
      run: carrying({ authorization: `bEARER  ${good}` }),
      expected: 'goes on',
    },
    {
      name: 'header, not asked for',
      run: carrying({ authorization: `Bearer ${good}` }),
      expected: '401 no-credential',
    },
    {
      name: 'header of another scheme, good cookie',
      section: all,
      run: carrying({ authorization: 'Basic eDp5', cookie: good }),
      expected: 'goes on',
    },
    { name: 'empty header', section: all, run: carrying({ authorization: 'Bearer ' }), expected: '401 no-credential' },
    {
      name: 'stale header, good cookie',
      section: all,
      run: carrying({ authorization: `Bearer ${stale}`, cookie: good }),
      expected: '403 expired',
    },
    {
      name: 'good query, junk in the header',
      section: all,
      run: carrying({ query: `edgekeeper=${good}`, authorization: 'Bearer x' }),
      expected: 'goes on',
    },
    {
      name: 'the parameter is no part of the resource',
      section: all,
      run: carrying({ query: `edgekeeper=${await token({ claims: { res: '/private/film.mp4' } })}` }),
      expected: 'goes on',
    },
    {
      name: 'other parameters are',
      section: all,
      run: carrying({ query: `v=1&edgekeeper=${await token({ claims: { res: '/private/film.mp4?v=1' } })}` }),
      expected: 'goes on',
    },
    {
      name: 'and count',
      section: all,
      run: carrying({ query: `v=2&edgekeeper=${await token({ claims: { res: '/private/film.mp4?v=1' } })}` }),
      expected: '403 resource',
    },

    // Paths: the section is that of the decoded path, whatever the spelling.
    {
      name: 'encoded delimiter in the path',
      run: asking({}, { uri: '/private/a%40b' }),
      expected: '401 no-credential',
    },
    { name: 'beside the section', run: asking({}, { uri: '/private' }), expected: 'goes on' },
    { name: 'another case', run: asking({}, { uri: '/Private/x' }), expected: 'goes on' },
    ...['/private%2Fx', '/%70rivate/x', '//private/x', '/x/../private/x', '/private/x%2e', '/private/a+b', '/%ff'].map(
      (uri): Case => ({ name: uri, run: asking({ edgekeeper: good }, { uri }), expected: '400 path' }),
    ),
  ];
}

async function signed(payload: string): Promise<string> {
  const { CompactSign } = await import('jose');
  return new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
    .sign(Buffer.from(SECRET, 'base64url'));
}

function suite(engine: Engine): void {
  const one = (run: Run): Promise<RunResult> => resultOf(engine, run);

  test('each request gets its verdict, for its reason', async () => {
    const all = await cases();
    expect(await verdictsOn(engine, all)).toEqual(expectedOf(all));
  });

  describe('a refusal', () => {
    test.each([
      { status: 400, run: asking({}, { uri: '//x' }), more: {} },
      { status: 401, run: asking({}), more: { 'www-authenticate': { value: 'Bearer' } } },
      { status: 403, run: asking({ edgekeeper: 'junk' }), more: {} },
      {
        status: 503,
        run: { ...asking({ edgekeeper: 'a.b.c' }), state: null },
        more: { 'retry-after': { value: '5' } },
      },
    ])('$status is not stored, and says no more than it must', async ({ status, run, more }) => {
      const ready = status === 503 ? { ...asking({ edgekeeper: await token() }), state: null } : run;
      const { value } = await one(ready);
      expect(value).toEqual({
        statusCode: status,
        headers: {
          'cache-control': { value: 'no-store' },
          'strict-transport-security': { value: 'max-age=63072000' },
          'x-content-type-options': { value: 'nosniff' },
          ...more,
        },
      });
    });

    test('leaves one line in the log, without the token', async () => {
      const bad = await token({ claims: { exp: NOON - 1 } });
      const { lines } = await one(asking({ edgekeeper: bad }, { uri: '/private/"x' }));
      const refused = await one(asking({ edgekeeper: bad }));
      expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ status: 400 }]);
      expect(refused.lines).toEqual([
        '{"edgekeeper":1,"verdict":"refused","reason":"expired","status":403,"path":"/private/film.mp4"}',
      ]);
    });
  });

  describe('a request that goes on', () => {
    test('carries neither the token nor the headers that our functions believe', async () => {
      const { value } = await one({
        event: viewerRequest({
          uri: '/private/film.mp4',
          cookies: { edgekeeper: await token(), theme: 'dark' },
          headers: {
            'x-edgekeeper-order': 'evil',
            'x-edgekeeper-reason': 'evil',
            'x-edge': 'kept',
            'my-x-edgekeeper-order': 'kept',
          },
        }),
      });
      expect(value.cookies).toEqual({ theme: { value: 'dark' } });
      expect(value.headers).toEqual({
        host: { value: 'www.example.com' },
        'my-x-edgekeeper-order': { value: 'kept' },
        'x-edge': { value: 'kept' },
        'x-edgekeeper-order': { value: 'us-east-1,eu-west-1' },
      });
    });

    test('carries the token of no carrier, and what else was there', async () => {
      const script = await scriptOf(config({ carriers: ['query', 'header', 'cookie'] }));
      const good = await token();
      const init = {
        uri: '/private/film.mp4',
        query: `v=1&edgekeeper=${good}`,
        cookies: { edgekeeper: good, theme: 'dark' },
        headers: { authorization: `Bearer ${good}`, accept: '*/*' },
      };
      const [inside, outside] = await engine(script, [
        { event: viewerRequest(init) },
        { event: viewerRequest({ ...init, uri: '/film.mp4' }) },
      ]);
      expect(JSON.stringify(inside?.value)).not.toContain(good);
      expect(inside?.value).toMatchObject({
        querystring: { v: { value: '1' } },
        cookies: { theme: { value: 'dark' } },
        headers: { accept: { value: '*/*' } },
      });
      // A parameter or a header of that name may be somebody else's there.
      expect(Object.keys(outside?.value.querystring)).toEqual(['v', 'edgekeeper']);
      expect(outside?.value.headers.authorization).toBeDefined();
      expect(outside?.value.cookies).toEqual({ theme: { value: 'dark' } });
    });

    test('carries no token in public behaviors either', async () => {
      const { value } = await one({ event: viewerRequest({ cookies: { edgekeeper: await token(), theme: 'dark' } }) });
      expect(value.cookies).toEqual({ theme: { value: 'dark' } });
    });
  });

  describe('with several sections', () => {
    const [section] = SETTINGS.protected;
    const settings = parseConfig({
      ...SETTINGS,
      protected: [
        { ...section, path: '/private/films/*', name: 'films' },
        section,
        { ...section, path: '/a?c/*', name: 'one' },
      ],
    });

    test('the first section that matches decides, and the tokens of all are taken out', async () => {
      const good = await token();
      const runs = [
        asking({ edgekeeper: good }, { uri: '/private/films/a' }),
        asking({ edgekeeper: good, films: good, theme: 'dark' }, { uri: '/private/films/a' }),
        asking({ films: good }, { uri: '/private/a' }),
        asking({}, { uri: '/a%20c/d' }),
      ];
      const results = await engine(await scriptOf(settings), runs);
      expect(results.map(verdictOf)).toEqual([
        '401 no-credential',
        'goes on',
        '401 no-credential',
        '401 no-credential',
      ]);
      expect(results[1]?.value.cookies).toEqual({ theme: { value: 'dark' } });
    });
  });
}

inBothEngines(suite);
