/** Tokens over HTTP, through the built function: revoked, in the path, and what is sent to sign in comes back. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { revocationKey } from '../../shared/access/revocation.ts';
import { type Asked, ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { config } from '../support/settings.ts';
import { template } from '../support/template.ts';
import { NOON, token } from '../support/tokens.ts';
import { scriptOf } from '../support/verdicts.ts';

const APP = 'https://app.example.com';

let bench: TestBench;
let edge: TestEdge;

beforeAll(async () => {
  const code = await scriptOf(
    config({
      carriers: ['path', 'query', 'header', 'cookie'],
      revocation: true,
      cors: { origins: [APP] },
      signIn: { url: `${APP}/sign-in`, hosts: ['www.example.com'] },
    }),
  );
  bench = await plainBench(
    template({
      code,
      behavior: { AllowedMethods: ['GET', 'HEAD', 'OPTIONS'] },
      cachePolicy: {
        ParametersInCacheKeyAndForwardedToOrigin: {
          EnableAcceptEncodingGzip: false,
          EnableAcceptEncodingBrotli: false,
          HeadersConfig: { HeaderBehavior: 'none' },
          CookiesConfig: { CookieBehavior: 'all' },
          QueryStringsConfig: { QueryStringBehavior: 'all' },
        },
      },
    }),
  );
  edge = await bench.start();
});
afterAll(() => bench.close());

async function verdictOn(target: string, asked: Asked = {}): Promise<string> {
  const { status, headers } = await ask(edge.url, target, asked);
  return [status, headers['x-edgekeeper-reason']].filter((part) => part !== undefined).join(' ');
}

describe('a token that is revoked', () => {
  const key = (claim: string, value: string) =>
    revocationKey(claim, value, (text) => createHash('sha256').update(text).digest('base64url'));

  test.each([
    { claim: 'sid', value: 'session-1' },
    { claim: 'sub', value: 'anna' },
  ])('by its $claim is refused from the next request on, cached or not', async ({ claim, value }) => {
    const claims = { iat: NOON, [claim]: value };
    const cookie = `edgekeeper=${await token({ claims })}`;
    const later = `edgekeeper=${await token({ claims: { ...claims, iat: NOON + 1 } })}`;
    expect(await verdictOn('/private/film.mp4', { cookie })).toBe('200');
    edge.store.set(key(claim, value), String(NOON));
    expect(await verdictOn('/private/film.mp4', { cookie })).toBe('403 revoked');
    expect(await verdictOn('/private/film.mp4', { cookie: later })).toBe('200');
    edge.store.delete(key(claim, value));
    expect(await verdictOn('/private/film.mp4', { cookie })).toBe('200');
  });
});

describe('tokens in four places', () => {
  test('come to one object in the cache', async () => {
    const a = await token({ claims: { sub: 'anna' } });
    const b = await token({ claims: { sub: 'bert' } });
    const { url } = await bench.start();
    const answers = [
      await ask(url, `/~${a}/private/a@b.txt?v=1`),
      await ask(url, `/~${b}/private/a@b.txt?v=1`),
      await ask(url, `/private/a@b.txt?edgekeeper=${a}&v=1`),
      await ask(url, `/private/a@b.txt?v=1&edgekeeper=${b}&edgekeeper=${a}`),
      await ask(url, '/private/a@b.txt?v=1', { cookie: `edgekeeper=${a}` }),
      await ask(url, '/private/a@b.txt?v=1', { headers: { authorization: `Bearer ${b}` } }),
      await ask(url, `/private/a@b.txt?v=1&edgekeeper-signin=${NOON}`, { cookie: `edgekeeper=${b}` }),
    ];
    expect(answers.map(({ status, headers }) => `${status} ${headers['x-cache']}`)).toEqual([
      '200 Miss from cloudfront',
      ...Array(6).fill('200 Hit from cloudfront'),
    ]);
  });

  test('are in no log', async () => {
    const good = await token();
    const stale = await token({ claims: { exp: NOON } });
    const own = await bench.start();
    for (const shown of [good, stale]) {
      await ask(own.url, `/~${shown}/private/film.mp4`);
      await ask(own.url, `/~${shown}/film.mp4`);
      await ask(own.url, `/~${shown}`);
      await ask(own.url, `/%7E${shown}/private/film.mp4`);
      await ask(own.url, `/private/film.mp4?edgekeeper=${shown}`);
    }
    expect(own.requests).toHaveLength(10);
    expect(own.requests[0]?.path).toBe('/~(token)/private/film.mp4');
    const shown = await ask(own.control, '/requests');
    expect(shown.status).toBe(200);
    expect(JSON.stringify([own.requests, own.lines, shown.body])).not.toContain('eyJ');
  });
});

test('who is sent to sign in comes back to what was asked for, and is not sent twice', async () => {
  const headers = { 'sec-fetch-mode': 'navigate' };
  const sent = await ask(edge.url, '/private/film.mp4?v=1', { headers });
  expect(sent.status).toBe(302);
  const back = new URL(new URL(sent.headers.location ?? '').searchParams.get('return') ?? '');
  expect(back.origin).toBe('https://www.example.com');
  const target = back.pathname + back.search;
  expect(await verdictOn(target, { headers })).toBe('401 no-credential');
  expect(await verdictOn(target, { headers, cookie: `edgekeeper=${await token()}` })).toBe('200');
});

test('a preflight is answered before any token is asked for, and lets nobody in', async () => {
  const headers = { origin: APP, 'access-control-request-method': 'GET' };
  const answer = await ask(edge.url, '/private/film.mp4', { method: 'OPTIONS', headers });
  expect(answer).toMatchObject({ status: 204, body: '', headers: { 'access-control-allow-origin': APP } });
  expect(await verdictOn('/private/film.mp4', { headers })).toBe('401 no-credential');
});
