/** The shipped bundle: who is sent to sign in, with which address to come back to, and which sites' pages may read what. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ViewerRequestInit } from '../../support/events.ts';
import { MEMBERS, type MemberAnswer, type MemberFunction, memberFunction } from '../../support/member-function.ts';
import { memberKeys, memberToken } from '../../support/member-keys.ts';
import { LAMBDA_SECTION, SETTINGS } from '../../support/settings.ts';
import { NOON } from '../../support/tokens.ts';

const NAME = LAMBDA_SECTION.name;
const PAGE = { accept: 'text/html,*/*;q=0.8' };
const MARK = `edgekeeper-signin=${NOON}`;
const CORS = { origins: ['https://app.example.com', 'https://b.example.com'], credentials: true, maxAgeSeconds: 5 };

const started: MemberFunction[] = [];
async function running(change: object = {}): Promise<MemberFunction> {
  const member = await memberFunction([...SETTINGS.protected, { ...MEMBERS, ...change }], {
    '/members/*': await memberKeys(),
  });
  started.push(member);
  return member;
}
afterAll(() => Promise.all(started.map((member) => member.close())));

let members: MemberFunction;
beforeAll(async () => {
  members = await running();
});

/** The address to come back to. */
function returnOf({ headers }: MemberAnswer): string | null {
  const location = new URL(headers.location ?? '');
  expect(location.origin + location.pathname).toBe('https://app.example.com/sign-in');
  expect([...location.searchParams.keys()]).toEqual(['return']);
  return location.searchParams.get('return');
}

describe('is sent to sign in', () => {
  test.each<{ name: string; init: ViewerRequestInit; verdict: string }>([
    { name: 'a page without a credential', init: { headers: PAGE }, verdict: '302 no-credential' },
    { name: 'a navigation', init: { headers: { 'sec-fetch-mode': 'navigate' } }, verdict: '302 no-credential' },
    {
      name: 'a page with a refused token',
      init: { headers: PAGE, cookies: { [NAME]: 'x' } },
      verdict: '302 malformed',
    },
    {
      name: 'a page with a refused signature',
      init: { headers: PAGE, query: 'Key-Pair-Id=K' },
      verdict: '302 no-signature',
    },
    { name: 'nobody who asks for no page', init: {}, verdict: '401 no-credential' },
    {
      name: 'no fetch of a page',
      init: { headers: { ...PAGE, 'sec-fetch-mode': 'cors' } },
      verdict: '401 no-credential',
    },
    { name: 'no HEAD', init: { headers: PAGE, method: 'HEAD' }, verdict: '401 no-credential' },
    { name: 'no POST', init: { headers: PAGE, method: 'POST' }, verdict: '401 no-credential' },
    {
      name: 'nobody by a path that is not canonical',
      init: { headers: PAGE, uri: '//evil.example/' },
      verdict: '400 path',
    },
    {
      name: 'nobody at the section of the other function',
      init: { headers: PAGE, uri: '/private/x' },
      verdict: '403 no-section',
    },
    {
      name: 'nobody a second before a minute after',
      init: { headers: PAGE, query: `edgekeeper-signin=${NOON - 59}` },
      verdict: '401 no-credential',
    },
    {
      name: 'whoever comes back after a minute',
      init: { headers: PAGE, query: `edgekeeper-signin=${NOON - 60}` },
      verdict: '302 no-credential',
    },
    {
      name: 'whoever has a mark that is no time',
      init: { headers: PAGE, query: 'edgekeeper-signin=x' },
      verdict: '302 no-credential',
    },
  ])('$name: $verdict', async ({ init, verdict }) => {
    expect((await members.ask(init)).verdict).toBe(verdict);
  });

  test('nobody, where no address is configured', async () => {
    const member = await running({ signIn: null });
    expect((await member.ask({ headers: PAGE })).verdict).toBe('401 no-credential');
  });
});

describe('the answer', () => {
  test('is stored nowhere', async () => {
    const { headers } = await members.ask({ headers: PAGE });
    expect(headers).toEqual({
      'cache-control': 'no-store',
      'strict-transport-security': 'max-age=63072000',
      'x-content-type-options': 'nosniff',
      location: expect.any(String),
    });
  });

  test.each([
    { host: 'www.example.com', own: 'www.example.com' },
    { host: 'media.example.com', own: 'media.example.com' },
    { host: 'WWW.example.com', own: 'www.example.com' },
    { host: 'www.example.com:8443', own: 'www.example.com' },
    { host: 'evil.example', own: 'www.example.com' },
    { host: 'www.example.com.evil.example', own: 'www.example.com' },
    { host: 'evil.example/www.example.com', own: 'www.example.com' },
    { host: 'www.example.com@evil.example', own: 'www.example.com' },
    { host: 'toString', own: 'www.example.com' },
    { host: '', own: 'www.example.com' },
  ])('from $host leads back to $own', async ({ host, own }) => {
    const hosts = ['www.example.com', 'media.example.com'];
    const member = await running({ signIn: { ...LAMBDA_SECTION.signIn, hosts } });
    const back = returnOf(await member.ask({ headers: { ...PAGE, host } }));
    expect(back).toBe(`https://${own}/members/film.mp4?${MARK}`);
  });

  test.each([
    { uri: '/members/@evil.example', query: '' },
    { uri: '/members/a%20%22&return=x', query: 'return=https://evil.example&a=%26&b=%0d%0a' },
    { uri: '/members/x', query: 'b=2&&a=1&c&=' },
    { uri: "/members/'()*!~", query: '"<>\u00e9' },
  ])('leads back to $uri?$query as it was sent', async ({ uri, query }) => {
    const { headers } = await members.ask({ uri, query, headers: PAGE });
    const back = `https://www.example.com${uri}?${query === '' ? '' : `${query}&`}${MARK}`;
    expect(headers.location).toBe(`https://app.example.com/sign-in?return=${encodeURIComponent(back)}`);
    expect(headers.location).toMatch(/^[!-~]*$/);
  });

  test('does not lead back with a credential, nor with an older mark', async () => {
    const token = await memberToken({ exp: NOON });
    const query = `a=1&${NAME}=${token}&Expires=1&b=2&Policy=2&Signature=3&Key-Pair-Id=4&Hash-Algorithm=5&edgekeeper-signin=6&${NAME}=x`;
    const back = returnOf(await members.ask({ query, headers: PAGE }));
    expect(back).toBe(`https://www.example.com/members/film.mp4?a=1&b=2&${MARK}`);
  });

  test('has one question mark, whatever the address has', async () => {
    const member = await running({ signIn: { ...LAMBDA_SECTION.signIn, url: 'https://app.example.com/?lang=de' } });
    const { headers } = await member.ask({ headers: PAGE });
    expect(headers.location?.split('return=')[0]).toBe('https://app.example.com/?lang=de&');
  });
});

describe("another site's page", () => {
  const PREFLIGHT = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };
  const allowed = (origin: string) => ({
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-headers': 'authorization, range',
    'access-control-allow-credentials': 'true',
    'access-control-max-age': '5',
  });
  let open: MemberFunction;
  beforeAll(async () => {
    open = await running({ cors: CORS });
  });

  test.each<{ name: string; init: ViewerRequestInit; verdict: string; origin: string | null }>([
    {
      name: 'preflight',
      init: { method: 'OPTIONS', headers: { origin: 'https://b.example.com', ...PREFLIGHT } },
      verdict: '204',
      origin: 'https://b.example.com',
    },
    {
      name: 'preflight of a stranger',
      init: { method: 'OPTIONS', headers: { origin: 'https://evil.example', ...PREFLIGHT } },
      verdict: '204',
      origin: null,
    },
    {
      name: 'OPTIONS that is none',
      init: { method: 'OPTIONS', headers: { origin: 'https://b.example.com' } },
      verdict: '401 no-credential',
      origin: 'https://b.example.com',
    },
    {
      name: 'GET that claims to be one',
      init: { headers: { origin: 'https://b.example.com', ...PREFLIGHT } },
      verdict: '401 no-credential',
      origin: 'https://b.example.com',
    },
    {
      name: 'refusal',
      init: { headers: { origin: 'https://app.example.com' } },
      verdict: '401 no-credential',
      origin: 'https://app.example.com',
    },
    {
      name: 'refusal of a stranger',
      init: { headers: { origin: 'https://app.example.com.evil.example' } },
      verdict: '401 no-credential',
      origin: null,
    },
    { name: 'refusal without an origin', init: {}, verdict: '401 no-credential', origin: null },
    {
      name: 'redirect',
      init: { headers: { origin: 'https://app.example.com', ...PAGE } },
      verdict: '302 no-credential',
      origin: 'https://app.example.com',
    },
    {
      name: 'preflight by another path',
      init: { uri: '/private/x', method: 'OPTIONS', headers: { origin: 'https://b.example.com', ...PREFLIGHT } },
      verdict: '403 no-section',
      origin: null,
    },
    {
      name: 'preflight by no path',
      init: { uri: '//members/x', method: 'OPTIONS', headers: { origin: 'https://b.example.com', ...PREFLIGHT } },
      verdict: '400 path',
      origin: null,
    },
  ])('$name: $verdict, readable by $origin', async ({ init, verdict, origin }) => {
    const answer = await open.ask(init);
    expect(answer.verdict).toBe(verdict);
    if (origin === null) expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    else expect(answer.headers).toMatchObject(allowed(origin));
  });

  test('is told nothing, where the section says nothing of it', async () => {
    const { verdict, headers } = await members.ask({
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', ...PREFLIGHT },
    });
    expect(verdict).toBe('401 no-credential');
    expect(Object.keys(headers).filter((name) => /access-control|vary/.test(name))).toEqual([]);
  });

  test('gets no credentials, where the section does not share them', async () => {
    const closed = await running({ cors: { ...CORS, credentials: false } });
    const { headers } = await closed.ask({ headers: { origin: 'https://app.example.com' } });
    expect(headers).toHaveProperty('access-control-allow-origin');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });
});
