/** CloudFront's standard log: each field, for requests over real connections. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCESS_LOG_HEAD } from '../../emulator/access-log.ts';
import type { EdgeOptions } from '../../emulator/edge.ts';
import { maskedAddress, maskedCookies, maskedPath, maskedQuery } from '../../emulator/masked-request.ts';
import { collectedLog } from '../support/access-log.ts';
import { type Asked, ask, plainBench, type TestBench } from '../support/edge.ts';
import { startToldOrigin, type ToldOrigin } from '../support/origin-server.ts';
import { askHttp2, askSecurely, http2Session } from '../support/secure-viewer.ts';
import { ALL_METHODS, customOrigin, template } from '../support/template.ts';
import { token } from '../support/tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-log-'));
const FIELDS = ACCESS_LOG_HEAD.trimEnd().split('#Fields: ')[1]?.split(' ') ?? [];
const OVER_ORIGIN = template({
  behavior: {
    TargetOriginId: 'api',
    ViewerProtocolPolicy: 'redirect-to-https',
    AllowedMethods: ALL_METHODS,
  },
  distribution: { HttpVersion: 'http2', Origins: [customOrigin('api')], OriginGroups: undefined },
});

let bench: TestBench;
let server: ToldOrigin;
beforeAll(async () => {
  bench = await plainBench(template());
  server = await startToldOrigin();
});
afterAll(async () => {
  await Promise.all([bench.close(), server.close()]);
  rmSync(folder, { recursive: true });
});

async function started(options: Partial<EdgeOptions> = {}, isRaw = false) {
  const log = collectedLog();
  const edge = await bench.start({
    template: OVER_ORIGIN,
    origins: { api: server.url },
    accessLog: { write: log.write, isRaw },
    ...options,
  });
  const fieldsOf = async (count: number) => (await log.whenLines(count)).map(fieldsIn);
  return { edge, fieldsOf };
}

function fieldsIn(line: string): Record<string, string> {
  expect(line).toMatch(/^[^\n]+\n$/);
  const values = line.trimEnd().split('\t');
  expect(values).toHaveLength(33);
  return Object.fromEntries(FIELDS.map((name, index) => [name, values[index] ?? '']));
}

test('begins with version and fields (standard-logs-reference)', () => {
  expect(ACCESS_LOG_HEAD.split('\n')).toHaveLength(3);
  expect(ACCESS_LOG_HEAD.startsWith('#Version: 1.0\n#Fields: date time x-edge-location ')).toBe(true);
  expect(FIELDS).toHaveLength(33);
});

test('has a field for everything that is known of a request, and a dash for the rest', async () => {
  server.answers((_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('0123456789'),
  );
  const { edge, fieldsOf } = await started();
  const headers = {
    host: 'www.example.com',
    'user-agent': 'a (b)\té',
    referer: 'https://user:word@x.test/a?b#c',
    'x-forwarded-for': '198.51.100.7',
  };
  await ask(edge.url, '/film%20one.mp4?a=1&b=%22', { headers, cookie: 'theme=dark; a' });
  await ask(edge.url, '/film%20one.mp4?a=1&b=%22', { headers: { range: 'bytes=2-4' } });
  const [first, second] = await fieldsOf(2);
  expect(first).toMatchObject({
    date: '2026-01-01',
    time: '12:00:00',
    'x-edge-location': 'IAD50-C1',
    'c-ip': '127.0.0.1',
    'cs-method': 'GET',
    'cs(Host)': 'd111111abcdef8.cloudfront.net',
    'cs-uri-stem': '/film%2520one.mp4',
    'sc-status': '200',
    'cs(Referer)': 'https://x.test/a?b',
    'cs(User-Agent)': 'a%20(b)%09%E9',
    'cs-uri-query': 'a=1&b=%2522',
    'cs(Cookie)': 'theme=(secret);%20a=(secret)',
    'x-edge-result-type': 'Miss',
    'x-host-header': 'www.example.com',
    'cs-protocol': 'https',
    'x-forwarded-for': '198.51.100.7',
    'ssl-protocol': '-',
    'ssl-cipher': '-',
    'x-edge-response-result-type': 'Miss',
    'cs-protocol-version': 'HTTP/1.1',
    'fle-status': '-',
    'fle-encrypted-fields': '-',
    'x-edge-detailed-result-type': 'Miss',
    'sc-content-type': 'text/plain;%20charset=utf-8',
    'sc-range-start': '-',
    'sc-range-end': '-',
  });
  expect(first?.['x-edge-request-id']).toBe(edge.requests[0]?.requestId);
  for (const name of ['sc-bytes', 'cs-bytes', 'c-port']) expect(Number(first?.[name])).toBeGreaterThan(10);
  for (const name of ['time-taken', 'time-to-first-byte']) expect(first?.[name]).toMatch(/^\d+\.\d{3}$/);
  expect(second).toMatchObject({
    'sc-status': '206',
    'x-edge-result-type': 'Hit',
    'sc-content-len': '3',
    'sc-range-start': '2',
    'sc-range-end': '4',
    'cs(Cookie)': '-',
  });
});

test('knows what was spoken', async () => {
  server.answers((_, response) => response.end('x'));
  const { edge, fieldsOf } = await started({ https: { folder } });
  await ask(edge.url, '/');
  await askSecurely(edge, '/');
  const session = await http2Session(edge);
  await askHttp2(session, { ':path': '/' });
  session.destroy();
  const cipher = expect.stringMatching(/^TLS_/);
  expect(await fieldsOf(3)).toMatchObject([
    { 'cs-protocol': 'http', 'ssl-protocol': '-', 'x-edge-result-type': 'Redirect', 'sc-status': '301' },
    { 'cs-protocol': 'https', 'ssl-protocol': 'TLSv1.3', 'ssl-cipher': cipher, 'cs-protocol-version': 'HTTP/1.1' },
    { 'cs-protocol': 'https', 'ssl-protocol': 'TLSv1.3', 'ssl-cipher': cipher, 'cs-protocol-version': 'HTTP/2.0' },
  ]);
});

describe('of what went wrong', () => {
  test.each<{ name: string; answer: RequestListener; asked?: Asked; expected: Record<string, string> }>([
    {
      name: 'an error of the origin',
      answer: (_, response) => response.writeHead(500).end(),
      expected: { 'sc-status': '500', 'x-edge-result-type': 'Error', 'x-edge-detailed-result-type': 'OriginError' },
    },
    {
      name: 'an origin that hangs up',
      answer: (request) => request.socket.destroy(),
      expected: { 'sc-status': '502', 'x-edge-result-type': 'Error', 'x-edge-detailed-result-type': 'OriginReadError' },
    },
    {
      name: 'an object that is not there',
      answer: (_, response) => response.writeHead(404).end(),
      expected: { 'sc-status': '404', 'x-edge-result-type': 'Error', 'x-edge-detailed-result-type': 'Error' },
    },
    {
      name: 'an upload of unknown length',
      answer: (request, response) => request.pipe(response),
      asked: { method: 'POST', headers: { 'transfer-encoding': 'chunked' } },
      expected: { 'sc-status': '200', 'cs-bytes': '-' },
    },
  ])('$name', async ({ answer, asked, expected }) => {
    server.answers(answer);
    const { edge, fieldsOf } = await started();
    await ask(edge.url, '/', asked);
    expect((await fieldsOf(1))[0]).toMatchObject(expected);
  });

  test('a viewer that leaves in the middle', async () => {
    server.answers((_, response) => response.writeHead(200, { 'content-length': 10 }).write('abc'));
    const { edge, fieldsOf } = await started();
    const sent = httpRequest(`${edge.url}/x`, { agent: false }).on('error', () => {});
    sent.end();
    const [response] = await once(sent, 'response');
    await once(response, 'data');
    sent.destroy();
    expect((await fieldsOf(1))[0]).toMatchObject({
      'sc-status': '200',
      'x-edge-response-result-type': 'Error',
      'x-edge-detailed-result-type': 'ClientCommError',
    });
  });

  test('a viewer that leaves before there is an answer', async () => {
    const reached = server.next();
    const { edge, fieldsOf } = await started();
    const sent = httpRequest(`${edge.url}/x`, { agent: false }).on('error', () => {});
    sent.end();
    const [, response] = await reached;
    await new Promise((resolve) => sent.once('close', resolve).destroy());
    // The edge sees that after what it has been sent before.
    await ask(edge.control, '/');
    response.end('x');
    expect((await fieldsOf(1))[0]).toMatchObject({ 'sc-status': '000', 'sc-bytes': '0' });
  });

  test('an origin that breaks off in the middle', async () => {
    server.answers((_, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('abc', () => response.destroy());
    });
    const { edge, fieldsOf } = await started();
    await ask(edge.url, '/').catch(() => {});
    expect((await fieldsOf(1))[0]).toMatchObject({ 'x-edge-detailed-result-type': 'OriginReadError' });
  });
});

test('shows credentials where it is asked to', async () => {
  server.answers((_, response) => response.end('x'));
  const { edge, fieldsOf } = await started({}, true);
  const shown = await token();
  await ask(edge.url, `/~${shown}/x?t=${shown}`, { cookie: `a=${shown}`, headers: { referer: `https://x/?${shown}` } });
  const [fields] = await fieldsOf(1);
  expect(Object.values(fields ?? {}).filter((value) => value.includes(shown))).toHaveLength(4);
});

describe('masks', () => {
  const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
  const LONG = 'A'.repeat(43);

  test.each<[path: string, masked: string]>([
    ['/films/one.mp4', '/films/one.mp4'],
    [`/films/${LONG}.js`, `/films/${LONG}.js`],
    [`/~${TOKEN}/x`, '/~(token)/x'],
    ['/~anything/x', '/~(token)/x'],
    [`//~${TOKEN}`, '//~(token)'],
    [`/%7E${TOKEN}/x`, '/%7E(token)/x'],
    [`/%7E${TOKEN.replace('eyJ', '%65yJ').replaceAll('.', '%2E')}/x`, '/(token)/x'],
  ])('the path %s', (path, masked) => expect(maskedPath(path)).toBe(masked));

  test.each<[query: string, masked: string]>([
    ['a=1&b', 'a=1&b'],
    ['page=eyeJ', 'page=eyeJ'],
    [`edgekeeper=${TOKEN}&a=1`, 'edgekeeper=(secret)&a=1'],
    [`a=${TOKEN.replaceAll('.', '%2E')}`, 'a=(secret)'],
    [TOKEN, '(secret)'],
    [`x=${LONG}`, 'x=(secret)'],
    [`x=${LONG.slice(1)}`, `x=${LONG.slice(1)}`],
    ['Policy=x&Signature=y&Key-Pair-Id=K1&Expires=1', 'Policy=(secret)&Signature=(secret)&Key-Pair-Id=K1&Expires=1'],
    ['access_token=1&PASSWORD=2&api-key=3', 'access_token=(secret)&PASSWORD=(secret)&api-key=(secret)'],
    ['token=', 'token='],
    ['a=%E0%A4%A', 'a=%E0%A4%A'],
  ])('the query string %s', (query, masked) => expect(maskedQuery(query)).toBe(masked));

  test.each<[cookie: string, masked: string]>([
    ['a=1; b="2"', 'a=(secret); b=(secret)'],
    [TOKEN, '(secret)=(secret)'],
  ])('the cookies %s', (cookie, masked) => expect(maskedCookies(cookie)).toBe(masked));

  test.each<[address: string, masked: string]>([
    ['https://x.test/a?b=1#c', 'https://x.test/a?b=1'],
    [`https://x.test/~${TOKEN}/a?t=${TOKEN}#${TOKEN}`, 'https://x.test/~(token)/a?t=(secret)'],
    ['https://user:word@x.test/', 'https://x.test/'],
    [`/~${TOKEN}/a`, '/~(token)/a'],
  ])('the address %s', (address, masked) => expect(maskedAddress(address)).toBe(masked));
});
