/** People who are not let in: where they are sent, with which address to come back to, and when no more. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/parse.ts';
import type { Engine, Run } from '../../support/engines.ts';
import type { ViewerRequestInit } from '../../support/events.ts';
import { SETTINGS, type SectionInit } from '../../support/settings.ts';
import { NOON, token } from '../../support/tokens.ts';
import {
  asking,
  type Case,
  expectedOf,
  inBothEngines,
  resultOf,
  scriptOf,
  verdictsOn,
} from '../../support/verdicts.ts';

const URL_OF_SIGN_IN = 'https://app.example.com/sign-in';
const SETTING = { url: URL_OF_SIGN_IN, hosts: ['www.example.com', 'media.example.com'] };
const SIGN_IN: SectionInit = { signIn: SETTING };
const ALL: SectionInit = { ...SIGN_IN, carriers: ['path', 'query', 'header', 'cookie'] };

/** A request as browsers make it when a person follows a link. */
function visiting(init: ViewerRequestInit = {}, cookies: ViewerRequestInit['cookies'] = {}): Run {
  return asking(cookies, { ...init, headers: { 'sec-fetch-mode': 'navigate', ...init.headers } });
}

async function cases(): Promise<Case[]> {
  const good = await token();
  const stale = await token({ claims: { exp: NOON } });
  const later = (seconds: number, query = ''): Run =>
    visiting({ query: `${query}edgekeeper-signin=${NOON - seconds}` });
  const headed = (headers: ViewerRequestInit['headers'], method = 'GET'): Run =>
    asking({}, { method, ...(headers && { headers }) });
  const page = 'text/html,application/xhtml+xml,*/*;q=0.8';
  const table: [name: string, run: Run, expected: Case['expected']][] = [
    // Who is sent.
    ['nothing shown', visiting(), '302 no-credential'],
    ['stale cookie', visiting({}, { edgekeeper: stale }), '302 expired'],
    ['junk cookie', visiting({}, { edgekeeper: 'junk' }), '302 malformed'],
    ['good cookie', visiting({}, { edgekeeper: good }), 'goes on'],
    ['not canonical', visiting({ uri: '/private%2Fx' }), '400 path'],
    ['store unreadable', { ...visiting({}, { edgekeeper: good }), state: null }, '503 state-unreadable'],
    ['public', visiting({ uri: '/film.mp4' }), 'goes on'],

    // What a navigation is.
    ['a page, by Accept', headed({ accept: page }), '302 no-credential'],
    ['a picture, by Accept', headed({ accept: 'image/avif,image/*,*/*;q=0.8' }), '401 no-credential'],
    ['anything, by Accept', headed({ accept: '*/*' }), '401 no-credential'],
    ['nothing said', headed({}), '401 no-credential'],
    ['a page, by a script', headed({ accept: page, 'sec-fetch-mode': 'cors' }), '401 no-credential'],
    [
      'a page, by a script of the same site',
      headed({ accept: page, 'sec-fetch-mode': 'same-origin' }),
      '401 no-credential',
    ],
    ['a page, by a tag', headed({ accept: page, 'sec-fetch-mode': 'no-cors' }), '401 no-credential'],
    ['a navigation, whatever it accepts', headed({ accept: '*/*', 'sec-fetch-mode': 'navigate' }), '302 no-credential'],
    ['a navigation, said twice', headed({ 'sec-fetch-mode': ['navigate', 'navigate'] }), '401 no-credential'],
    ['HEAD', headed({ accept: page, 'sec-fetch-mode': 'navigate' }, 'HEAD'), '401 no-credential'],
    ['POST', headed({ accept: page, 'sec-fetch-mode': 'navigate' }, 'POST'), '401 no-credential'],
    ['OPTIONS', headed({ accept: page }, 'OPTIONS'), '401 no-credential'],

    // Who comes back.
    ['sent now', later(0), '401 no-credential'],
    ['sent 59.999 s ago', { ...later(59), now: NOON + 0.999 }, '401 no-credential'],
    ['sent a minute ago', later(60), '302 no-credential'],
    ['sent in 59 s', later(-59), '401 no-credential'],
    ['sent in a minute', later(-60), '302 no-credential'],
    [
      'sent now, with a stale cookie',
      visiting({ query: `edgekeeper-signin=${NOON}` }, { edgekeeper: stale }),
      '403 expired',
    ],
    ['sent now, with a good cookie', visiting({ query: `edgekeeper-signin=${NOON}` }, { edgekeeper: good }), 'goes on'],
    ['sent long ago, and now', later(0, 'edgekeeper-signin=1&'), '302 no-credential'],
    ...['', 'x', 'NaN', 'Infinity', '-1', '1e400', `${NOON}x`, '%00', '[object Object]'].map(
      (mark): (typeof table)[number] => [
        `sent at "${mark}"`,
        visiting({ query: `edgekeeper-signin=${mark}` }),
        '302 no-credential',
      ],
    ),
    ['sent, not said when', visiting({ query: 'edgekeeper-signin' }), '302 no-credential'],
    ['the mark in another case', visiting({ query: `Edgekeeper-Signin=${NOON}` }), '302 no-credential'],
  ];
  return [
    ...table.map(([name, run, expected]): Case => ({ name, run, section: SIGN_IN, expected })),
    { name: 'no address to sign in', run: visiting(), expected: '401 no-credential' },
    { name: 'junk in the path', section: ALL, run: visiting({ uri: '/~junk/private/x' }), expected: '302 malformed' },
    { name: 'path token, public', section: ALL, run: visiting({ uri: '/~junk/x' }), expected: '400 path' },
  ];
}

/** Where a request is sent, and the address to come back to. */
async function sentBy(
  engine: Engine,
  run: Run,
  section: SectionInit = SIGN_IN,
): Promise<{ to: string; back: URL; text: string }> {
  const { value } = await resultOf(engine, run, section);
  expect(value.statusCode).toBe(302);
  const location: string = value.headers.location.value;
  const url = new URL(location);
  const text = url.searchParams.get('return') ?? '';
  url.searchParams.delete('return');
  return { to: url.href, back: new URL(text), text };
}

function suite(engine: Engine): void {
  test('each request gets its verdict, for its reason', async () => {
    const all = await cases();
    expect(await verdictsOn(engine, all)).toEqual(expectedOf(all));
  });

  test('the answer is for this viewer, once', async () => {
    const { value } = await resultOf(engine, visiting({ query: 'v=1' }), SIGN_IN);
    expect(value).toEqual({
      statusCode: 302,
      headers: {
        'cache-control': { value: 'no-store' },
        location: {
          value: `${URL_OF_SIGN_IN}?return=https%3A%2F%2Fwww.example.com%2Fprivate%2Ffilm.mp4%3Fv%3D1%26edgekeeper-signin%3D${NOON}`,
        },
        'strict-transport-security': { value: 'max-age=63072000' },
        'x-content-type-options': { value: 'nosniff' },
      },
    });
  });

  test.each([
    ['https://app.example.com', 'https://app.example.com/?return='],
    ['https://app.example.com/sign-in?client=cdn', 'https://app.example.com/sign-in?client=cdn&return='],
    ['https://app.example.com/sign-in?', 'https://app.example.com/sign-in?&return='],
  ])('an address to sign in of its own kind: %s', async (url, expected) => {
    const { value } = await resultOf(engine, visiting(), { signIn: { ...SETTING, url } });
    expect(new URL(value.headers.location.value).href).toContain(expected);
  });

  test('a parameter of another name', async () => {
    const { value } = await resultOf(engine, visiting(), { signIn: { ...SETTING, return: 'next' } });
    expect(new URL(value.headers.location.value).searchParams.get('next')).toMatch(/^https:\/\/www\.example\.com\//);
  });

  describe('the address to come back to', () => {
    test.each([
      { host: 'www.example.com', own: 'www.example.com' },
      { host: 'media.example.com', own: 'media.example.com' },
      { host: 'evil.test', own: 'www.example.com' },
      { host: 'www.example.com.evil.test', own: 'www.example.com' },
      { host: 'www.example.com@evil.test', own: 'www.example.com' },
      { host: 'media.example.com:8443', own: 'www.example.com' },
      { host: 'MEDIA.example.com', own: 'www.example.com' },
      { host: 'd111111abcdef8.cloudfront.net', own: 'www.example.com' },
      { host: ['media.example.com', 'evil.test'], own: 'www.example.com' },
      { host: '', own: 'www.example.com' },
    ])('has $own for the host $host', async ({ host, own }) => {
      const { back } = await sentBy(engine, visiting({ headers: { host } }));
      expect(back.origin).toBe(`https://${own}`);
    });

    test.each([
      '/private//evil.test',
      '/private/\\evil.test',
      '/private/%5Cevil.test',
      '/private/%2F%2Fevil.test',
      '/private/..//evil.test',
      '/private/%0D%0Alocation:x/../x',
      '/private/\r\nlocation: https://evil.test',
      '//evil.test/private/',
      '/\\evil.test/private/',
      '///private/x',
    ])('is not made of %j', async (uri) => {
      const { value } = await resultOf(engine, visiting({ uri }), SIGN_IN);
      expect(value).toMatchObject({ statusCode: 400 });
      expect(value.headers).not.toHaveProperty('location');
    });

    test.each([
      '/private/@evil.test',
      '/private/:@evil.test:80',
      '/private/https:evil.test',
      '/private/;@evil.test',
      '/private/%0D%0Alocation:%20https:',
      '/private/%09evil.test',
      '/private/%E2%80%AE',
      '/private/%3Freturn=https:evil.test',
      '/private/%23@evil.test',
      '/private/a&return=https:evil.test',
    ])('stays on the host with %j', async (uri) => {
      const { to, back, text } = await sentBy(engine, visiting({ uri }));
      expect(to).toBe(URL_OF_SIGN_IN);
      expect(back.origin).toBe('https://www.example.com');
      expect(text).toBe(`https://www.example.com${uri}?edgekeeper-signin=${NOON}`);
    });

    test.each([
      'return=https://evil.test',
      'a&return=//evil.test',
      'x=%0D%0Alocation:%20https://evil.test',
      'x=\r\nlocation: https://evil.test',
      '@evil.test/',
      '#@evil.test',
      '\\evil.test',
      '%',
      '%FF=%E0%A4',
      'caf\u00e9=\u2028',
      '?',
      '&&=&',
    ])('keeps the query string, and is one parameter: %j', async (query) => {
      const { to, back, text } = await sentBy(engine, visiting({ query }));
      expect(to).toBe(URL_OF_SIGN_IN);
      expect(back.origin).toBe('https://www.example.com');
      expect(text).toBe(`https://www.example.com/private/film.mp4?${query}&edgekeeper-signin=${NOON}`);
      const { value } = await resultOf(engine, visiting({ query }), SIGN_IN);
      expect(value.headers.location.value).toMatch(/^[\x21-\x7e]+$/);
    });

    test.each([
      { name: 'none', query: undefined, kept: '' },
      { name: 'empty', query: '', kept: '' },
      { name: 'a stale mark', query: 'a=1&edgekeeper-signin=1', kept: 'a=1&' },
      { name: 'marks alone', query: 'edgekeeper-signin=1&edgekeeper-signin=2&edgekeeper-signin', kept: '' },
    ])('has one mark: $name', async ({ query, kept }) => {
      const { back } = await sentBy(engine, visiting(query === undefined ? {} : { query }));
      expect(back.search).toBe(`?${kept}edgekeeper-signin=${NOON}`);
    });

    test('has whole seconds', async () => {
      const { back } = await sentBy(engine, { ...visiting(), now: NOON + 0.999 });
      expect(back.searchParams.get('edgekeeper-signin')).toBe(String(NOON));
    });

    test.each<{ name: string; section: SectionInit; run: (stale: string) => Run }>([
      { name: 'a parameter', section: ALL, run: (stale) => visiting({ query: `a=1&edgekeeper=${stale}` }) },
      {
        name: 'two parameters',
        section: ALL,
        run: (stale) => visiting({ query: `edgekeeper=${stale}&a=1&edgekeeper=${stale}` }),
      },
      {
        name: 'a parameter that is not looked at',
        section: SIGN_IN,
        run: (stale) => visiting({ query: `a=1&edgekeeper=${stale}` }),
      },
      {
        name: 'a segment of the path',
        section: ALL,
        run: (stale) => visiting({ uri: `/~${stale}/private/film.mp4`, query: 'a=1' }),
      },
      {
        name: 'a header',
        section: ALL,
        run: (stale) => visiting({ query: 'a=1', headers: { authorization: `Bearer ${stale}` } }),
      },
      { name: 'a cookie', section: ALL, run: (stale) => visiting({ query: 'a=1' }, { edgekeeper: stale }) },
      {
        name: 'all at once',
        section: ALL,
        run: (stale) =>
          visiting(
            {
              uri: `/~${stale}/private/film.mp4`,
              query: `edgekeeper=${stale}&a=1`,
              headers: { authorization: `Bearer ${stale}` },
            },
            { edgekeeper: stale },
          ),
      },
    ])('has no credential: $name', async ({ section, run }) => {
      const ready = run(await token({ claims: { exp: NOON } }));
      const { back } = await sentBy(engine, ready, section);
      expect(back.href).toBe(`https://www.example.com/private/film.mp4?a=1&edgekeeper-signin=${NOON}`);
      expect(JSON.stringify((await resultOf(engine, ready, section)).value)).not.toContain('eyJ');
    });
  });

  test('the mark is no part of the resource, and does not go on', async () => {
    const good = await token({ claims: { res: '/private/film.mp4?a=1' } });
    const run = asking({ edgekeeper: good }, { query: `a=1&edgekeeper-signin=${NOON}` });
    for (const section of [{}, SIGN_IN, ALL]) {
      expect((await resultOf(engine, run, section)).value.querystring).toEqual({ a: { value: '1' } });
    }
  });

  test('each section has its own address', async () => {
    const [section] = SETTINGS.protected;
    const settings = parseConfig({
      ...SETTINGS,
      protected: [
        { ...section, path: '/private/films/*' },
        { ...section, ...SIGN_IN },
      ],
    });
    const runs = [visiting({ uri: '/private/films/a' }), visiting({ uri: '/private/a' })];
    const results = await engine(await scriptOf(settings), runs);
    expect(results.map(({ value }) => value.statusCode)).toEqual([401, 302]);
  });
}

inBothEngines(suite);
