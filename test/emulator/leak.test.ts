/** Everything that a run wrote, answered and sent to the origins, searched for everything that proved access. */
import diagnostics from 'node:diagnostics_channel';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { signCustom, signedUrl } from '../../signing/signed-requests.ts';
import { type CollectedLog, collectedLog } from '../support/access-log.ts';
import { type Asked, ask, type TestBench, type TestEdge, testBench } from '../support/edge.ts';
import { memberToken, SIGNER, SIGNER_ID } from '../support/member-keys.ts';
import { ROOT } from '../support/service-copy.ts';
import { NOON, OTHER_SECRET, SECRET, token } from '../support/tokens.ts';

let bench: TestBench;
let edge: TestEdge;
let log: CollectedLog;
/** What arrived at any server of this process: viewers' requests, and what origins were sent. */
let arrived: { port: number; text: string }[] = [];

beforeAll(async () => {
  bench = await testBench(ROOT, { carriers: ['query', 'header', 'cookie', 'cloudfront'] });
}, 60_000);
afterAll(() => bench.close());

const CHANNEL = 'http.server.request.start';
function record(message: unknown): void {
  const { request, server } = message as { request: IncomingMessage; server: Server };
  const { port } = server.address() as AddressInfo;
  arrived.push({ port, text: `${request.method} ${request.url}\n${request.rawHeaders.join('\n')}` });
}
beforeEach(async () => {
  arrived = [];
  log = collectedLog();
  edge = await bench.start({ accessLog: { write: log.write } });
  diagnostics.subscribe(CHANNEL, record);
});
afterEach(() => {
  diagnostics.unsubscribe(CHANNEL, record);
});

const LATER = NOON + 600;

interface Shown {
  readonly target: string;
  readonly asked?: Asked;
}

/** One credential wherever it may travel, in its section, in the other one, and in public. */
function everywhere(credential: string): Shown[] {
  const paths = ['/private/film.mp4', '/members/film.mp4', '/film.mp4', '/private/none', '/members//x'];
  return [
    { target: `/~${credential}/private/film.mp4` },
    { target: `/~${credential}/film.mp4` },
    { target: `/~${credential}` },
    ...paths.flatMap((path): Shown[] => [
      { target: `${path}?edgekeeper=${credential}` },
      { target: `${path}?edgekeeper-member=${credential}&a=1`, asked: { headers: { accept: 'text/html' } } },
      { target: `${path}?edgekeeper=${credential}`, asked: { headers: { 'sec-fetch-mode': 'navigate' } } },
      { target: path, asked: { headers: { authorization: `Bearer ${credential}`, accept: 'text/html' } } },
      { target: path, asked: { cookie: `edgekeeper=${credential}; edgekeeper-member=${credential}; theme=dark` } },
      { target: path, asked: { headers: { referer: `https://x.test/~${credential}/x?edgekeeper=${credential}` } } },
      { target: path, asked: { method: 'OPTIONS', cookie: `edgekeeper=${credential}` } },
    ]),
  ];
}

/** CloudFront's own, as a URL and as cookies. */
function signedEverywhere(dateLessThan: number): { shown: Shown[]; secrets: string[] } {
  const signer = { keyPairId: SIGNER_ID, privateKey: SIGNER.privateKey, hashAlgorithm: 'SHA1' as const };
  const parameters = signCustom({ resource: 'https://*/members/*', dateLessThan }, signer);
  const cookie = parameters.map(([name, value]) => `CloudFront-${name}=${value}`).join('; ');
  const shown = ['/members/film.mp4', '/private/film.mp4'].flatMap((path): Shown[] => [
    { target: signedUrl(path, parameters) },
    { target: signedUrl(path, parameters), asked: { headers: { accept: 'text/html' } } },
    { target: path, asked: { cookie } },
  ]);
  return { shown, secrets: parameters.filter(([name]) => name === 'Policy' || name === 'Signature').map(([, v]) => v) };
}

test('no token, key, cookie or policy is written, answered or sent on, whether it opens or not', async () => {
  const tokens = [
    await token({ claims: { sid: 'session-one' } }),
    await token({ claims: { exp: NOON - 1 } }),
    await token({ secret: OTHER_SECRET }),
    await token({ claims: { res: '/else' } }),
    await memberToken({ exp: LATER }),
    await memberToken({ exp: NOON - 1 }, 'RS256'),
    await memberToken({}, 'EdDSA', { kid: 'none' }),
  ];
  const signed = [signedEverywhere(LATER), signedEverywhere(NOON - 60)];
  const answers = [];
  for (const { target, asked } of [...tokens.flatMap(everywhere), ...signed.flatMap(({ shown }) => shown)]) {
    answers.push(await ask(edge.url, target, asked));
  }
  expect(answers.filter(({ body }) => body.startsWith('members/film.mp4')).length).toBeGreaterThan(3);
  const statuses = new Set(answers.map(({ status }) => status));
  expect([...statuses].sort()).toEqual([200, 302, 400, 401, 403, 404, 405]);

  const logged = await log.whenLines(answers.length);
  const { control } = edge;
  const told = await Promise.all(
    ['/', '/requests', '/origins', '/kvs', '/kvs/state', '/keys'].map((path) => ask(control, path)),
  );
  const controlPort = Number(new URL(control).port);
  const viewerPort = Number(new URL(edge.url).port);
  const sentOn = arrived.filter(({ port }) => port !== viewerPort && port !== controlPort).map(({ text }) => text);
  expect(sentOn.length).toBeGreaterThan(10);
  const everything = JSON.stringify({ answers, told, lines: edge.lines, requests: edge.requests, sentOn, logged });
  const secrets = [
    ...tokens.flatMap((text) => [text, ...text.split('.').slice(1)]),
    ...signed.flatMap(({ secrets }) => secrets),
    SECRET,
  ];
  expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
  expect(
    sentOn.filter((text) => /edgekeeper-member|CloudFront-|authorization: ?bearer|Key-Pair-Id/i.test(text)),
  ).toEqual([]);
});
