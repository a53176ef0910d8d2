/** A key set behind a real server. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, type JWK } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readToken, type Token } from '../../shared/access/token.ts';
import { jwksFault } from '../../signing/jwks.ts';
import { remoteJwks } from '../../signing/remote-jwks.ts';
import { ALGORITHMS, memberToken } from '../support/member-keys.ts';

const START = 1_000_000;
const MINUTE = 60_000;

type Reply = (response: ServerResponse) => void;

let server: Server;
let url: string;
let asked: number;
let reply: Reply;

beforeEach(async () => {
  asked = 0;
  server = createServer((_, response) => {
    asked += 1;
    reply(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
});
afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const keys = (...kids: string[]): JWK[] => kids.map((kid) => ({ kty: 'EC', kid }));
const text =
  (body: string, status = 200): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
const set = (...kids: string[]): Reply => text(JSON.stringify({ keys: keys(...kids) }));
const kidsOf = (known: readonly JWK[]): unknown[] => known.map(({ kid }) => kid);

describe('the set', () => {
  test('is asked for before the first use, and then when ten minutes have passed', async () => {
    reply = set('a');
    const jwks = remoteJwks(url, keys('inlined'));
    expect(asked).toBe(0);
    expect(kidsOf(await jwks('a', START))).toEqual(['a']);
    expect(kidsOf(await jwks('a', START + 10 * MINUTE - 1))).toEqual(['a']);
    expect(asked).toBe(1);
    reply = set('b');
    expect(kidsOf(await jwks('a', START + 10 * MINUTE))).toEqual(['b']);
    expect(asked).toBe(2);
  });

  test('is asked for again for a key that is not in it, half a minute later at the earliest', async () => {
    reply = set('a');
    const jwks = remoteJwks(url, []);
    await jwks('a', START);
    reply = set('a', 'b');
    expect(kidsOf(await jwks('b', START + MINUTE / 2 - 1))).toEqual(['a']);
    expect(asked).toBe(1);
    expect(kidsOf(await jwks('b', START + MINUTE / 2))).toEqual(['a', 'b']);
    expect(asked).toBe(2);
    for (let ms = 1; ms < MINUTE / 2; ms += 1000) await jwks('unknown', START + MINUTE / 2 + ms);
    expect(asked).toBe(2);
    await jwks('unknown', START + MINUTE);
    expect(asked).toBe(3);
  });

  test('is not asked for by a token that names no key', async () => {
    reply = set('a');
    const jwks = remoteJwks(url, []);
    await jwks(undefined, START);
    await jwks(undefined, START + 10 * MINUTE - 1);
    expect(asked).toBe(1);
  });

  test('is asked for once by all who come at the same time', async () => {
    reply = set('a');
    const jwks = remoteJwks(url, keys('inlined'));
    await Promise.all([jwks('a', START), jwks('a', START), jwks('b', START)]);
    expect(asked).toBe(1);
  });

  test('replaces the one before it, the keys of the build too', async () => {
    reply = set('new');
    expect(kidsOf(await remoteJwks(url, keys('inlined'))('inlined', START))).toEqual(['new']);
  });

  test('may become empty', async () => {
    reply = set();
    expect(await remoteJwks(url, keys('inlined'))('inlined', START)).toEqual([]);
  });
});

describe('the last known keys hold, while the server', () => {
  test.each<{ name: string; bad: Reply }>([
    { name: 'answers 500', bad: text('{"keys":[]}', 500) },
    { name: 'answers 204', bad: text('', 204) },
    { name: 'redirects', bad: (response) => response.writeHead(302, { location: '/elsewhere' }).end() },
    { name: 'sends no JSON', bad: text('<html>') },
    { name: 'sends nothing', bad: text('') },
    { name: 'sends no set', bad: text('{"key":[]}') },
    { name: 'sends null', bad: text('null') },
    { name: 'sends keys that are none', bad: text('{"keys":[null]}') },
    {
      name: 'sends half of it',
      bad: (response) => response.writeHead(200, { 'content-length': '99' }).end('{"keys":['),
    },
    { name: 'hangs up', bad: (response) => response.destroy() },
    { name: 'does not answer in time', bad: () => undefined },
    { name: 'does not end in time', bad: (response) => response.writeHead(200).write('{"keys":[') },
  ])('$name', async ({ bad }) => {
    reply = bad;
    const jwks = remoteJwks(url, keys('inlined'));
    expect(kidsOf(await jwks('inlined', START))).toEqual(['inlined']);
    expect(asked).toBe(1);

    // It is left in peace for a while, and then asked again.
    expect(kidsOf(await jwks('inlined', START + MINUTE / 2 - 1))).toEqual(['inlined']);
    expect(asked).toBe(1);
    reply = set('a');
    expect(kidsOf(await jwks('a', START + MINUTE / 2))).toEqual(['a']);
    reply = bad;
    expect(kidsOf(await jwks('a', START + 11 * MINUTE))).toEqual(['a']);
    expect(asked).toBe(3);
  });

  test('is not there', async () => {
    const nowhere = remoteJwks('http://127.0.0.1:1/jwks.json', keys('inlined'));
    expect(kidsOf(await nowhere('inlined', START))).toEqual(['inlined']);
  });
});

describe('a token', () => {
  const bearing = async (kid?: string): Promise<Token> => {
    const token = readToken(await memberToken({}, 'ES256', { kid }), ['ES256']);
    if (typeof token === 'string') throw new Error(token);
    return token;
  };
  const good = async (change: object = {}): Promise<JWK> => ({
    ...(await exportJWK(ALGORITHMS.ES256.publicKey)),
    kid: 'ES256',
    ...change,
  });

  test('of a key that the provider removed is refused after the refresh', async () => {
    const jwk = await good();
    reply = text(JSON.stringify({ keys: [jwk] }));
    const jwks = remoteJwks(url, [jwk]);
    const faultAt = async (now: number) => jwksFault(await bearing('ES256'), await jwks('ES256', now));
    expect(await faultAt(START)).toBeUndefined();
    reply = set('another');
    expect(await faultAt(START + 10 * MINUTE - 1)).toBeUndefined();
    expect(await faultAt(START + 10 * MINUTE)).toBe('unknown-key');
  });

  test('of a key that the provider replaced under its id is judged by the new one', async () => {
    const jwk = await good();
    reply = text(JSON.stringify({ keys: [jwk] }));
    const jwks = remoteJwks(url, []);
    const faultAt = async (now: number) => jwksFault(await bearing('ES256'), await jwks('ES256', now));
    expect(await faultAt(START)).toBeUndefined();
    const { x, y } = jwk;
    reply = text(JSON.stringify({ keys: [{ ...jwk, x: y, y: x }] }));
    expect(await faultAt(START + 10 * MINUTE)).toBe('signature');
  });

  test.each<{ name: string; sent: () => Promise<JWK[]>; kid?: string; fault: string | undefined }>([
    { name: 'its key', sent: async () => [await good()], kid: 'ES256', fault: undefined },
    {
      name: 'a secret under its id',
      sent: async () => [{ kty: 'oct', k: 'AAAA', kid: 'ES256' }],
      kid: 'ES256',
      fault: 'unknown-key',
    },
    { name: 'the private half', sent: async () => [await good({ d: 'AAAA' })], kid: 'ES256', fault: 'signature' },
    {
      name: 'a key without its members',
      sent: async () => [{ kty: 'EC', kid: 'ES256' }],
      kid: 'ES256',
      fault: 'signature',
    },
    {
      name: 'a key for encryption beside it',
      sent: async () => [await good({ kid: 'e', use: 'enc' }), await good()],
      fault: undefined,
    },
    { name: 'another key beside it', sent: async () => [await good({ kid: 'b' }), await good()], fault: 'unknown-key' },
  ])('where the provider sends $name: $fault', async ({ sent, kid, fault }) => {
    reply = text(JSON.stringify({ keys: await sent() }));
    expect(await jwksFault(await bearing(kid), await remoteJwks(url, [])(kid, START))).toBe(fault);
  });
});
