/** The body of a request in Lambda@Edge functions: reference, sections 3.1 and 3.3. */
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { lambdaBundle } from '../support/function-bodies.ts';
import { decided, documented, type Row } from '../support/rows.ts';
import { ALL_METHODS, template } from '../support/template.ts';

const VALIDATION = 'LambdaValidationError from cloudfront';
const KB = 1024;
const MB = 1024 * 1024;

const replaced = (data: string, encoding = '') =>
  `request.body = { action: "replace", ${encoding && `encoding: "${encoding}",`} data: ${data} }; return request;`;

const BODIES: Readonly<Record<string, string>> = {
  event: `const { data, ...body } = request.body ?? { data: "none" };
    return { status: "200", body: JSON.stringify({ ...body, bytes: Buffer.from(data, "base64").length, start: data.slice(0, 8) }) };`,
  same: 'return request;',
  deleted: 'delete request.body; return request;',
  'read-only': 'request.body.data = "eA=="; return request;',
  other: 'request.body.action = "append"; return request;',
  base64: replaced('Buffer.from("héllo").toString("base64")'),
  'base64-named': replaced('Buffer.from("héllo").toString("base64")', 'base64'),
  text: replaced('"héllo"', 'text'),
  empty: replaced('""', 'text'),
  bad: replaced('"h~llo"', 'base64'),
  hex: replaced('"00"', 'hex'),
  number: replaced('1', 'text'),
  length: 'request.headers["content-length"] = [{ value: "1" }]; return request;',
  'text-40960': replaced('"x".repeat(40960)', 'text'),
  'text-40961': replaced('"x".repeat(40961)', 'text'),
  'base64-54476': replaced('"AAAA".repeat(13619)'),
  'base64-54480': replaced('"AAAA".repeat(13620)'),
  'text-1048576': replaced('"x".repeat(1048576)', 'text'),
  'text-1048577': replaced('"x".repeat(1048577)', 'text'),
  'base64-1394604': replaced('"AAAA".repeat(348651)'),
  'base64-1394608': replaced('"AAAA".repeat(348652)'),
};

const HANDLER = 'functions/lambda-edge/body.handler';
const behavior = {
  TargetOriginId: 'us-east-1',
  AllowedMethods: ALL_METHODS,
};
const templateFor = (events: readonly string[], includeBody = events) =>
  template({ lambdas: Object.fromEntries(events.map((event) => [event, HANDLER])), includeBody, behavior });

interface Arrived {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let bench: TestBench;
const origins: Server[] = [];
beforeAll(async () => {
  bench = await plainBench(template(), { 'body.js': lambdaBundle(BODIES) });
});
afterAll(async () => {
  for (const origin of origins) origin.close();
  await bench.close();
});

/** An edge whose bucket has given way to a server that takes bodies. */
async function edgeOf(init: unknown): Promise<{ edge: TestEdge; arrived: Arrived[] }> {
  const edge = await bench.start({ template: init });
  const bucket = edge.buckets.get('us-east-1');
  await bucket?.setFault({ kind: 'refuse' });
  const arrived: Arrived[] = [];
  const origin = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    arrived.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.end('taken');
  });
  origins.push(origin);
  origin.listen(bucket?.port, '127.0.0.1');
  await once(origin, 'listening');
  return { edge, arrived };
}

describe.each([
  { event: 'viewer-request', shown: 40 * KB },
  { event: 'origin-request', shown: MB },
])('with IncludeBody at the $event', ({ event, shown }) => {
  let edge: TestEdge;
  let arrived: Arrived[];
  beforeAll(async () => {
    ({ edge, arrived } = await edgeOf(templateFor([event])));
  });

  interface Shown {
    readonly bytes: number;
    readonly inputTruncated: boolean;
    readonly start: string;
  }
  const whole = (bytes: number, start: string): Shown => ({ bytes, inputTruncated: false, start });
  const cut: Shown = { bytes: shown, inputTruncated: true, start: 'eHh4eHh4' };
  test.each([
    ...documented<Row<number, Shown>>([
      { request: 5, expected: whole(5, 'eHh4eHg='), see: '3.1' },
      { request: shown, expected: whole(shown, 'eHh4eHh4'), see: '3.3' },
      { request: shown + 1, expected: cut, see: '3.3' },
      { request: 3 * MB, expected: cut, see: '3.3' },
    ]),
    ...decided<Row<number, Shown>>([{ request: 0, expected: whole(0, ''), see: 'fidelity; 3.1' }]),
  ])('$kind: of $request bytes it is shown $expected ($see)', async ({ request, expected }) => {
    const { body } = await ask(edge.url, '/event', { method: 'POST', body: 'x'.repeat(request) });
    expect(JSON.parse(body)).toEqual({ action: 'read-only', encoding: 'base64', ...expected });
  });

  test('GET has an empty one', async () => {
    expect(JSON.parse((await ask(edge.url, '/event')).body)).toMatchObject({ bytes: 0, inputTruncated: false });
  });

  /** Expected: the bytes sent, and passed on. */
  test.each(
    documented<Row<string, number>>([
      { request: 'same', expected: 5, see: '3.1' },
      { request: 'same', expected: shown, see: '3.1' },
      { request: 'same', expected: shown + 1, see: '3.1' },
      { request: 'same', expected: 3 * MB, see: '3.1' },
      { request: 'deleted', expected: 5, see: '3.1' },
      { request: 'read-only', expected: 5, see: '3.1' },
    ]),
  )('$kind: $request passes $expected bytes on as they came ($see)', async ({ request, expected: bytes }) => {
    const sent = Array.from({ length: bytes }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');
    expect(await ask(edge.url, `/${request}`, { method: 'PUT', body: sent })).toMatchObject({ body: 'taken' });
    const { headers, body } = arrived.at(-1) as Arrived;
    expect([headers['content-length'], body.equals(Buffer.from(sent))]).toEqual([String(bytes), true]);
  });

  test.each(
    documented<Row<string, string>>([
      { request: 'base64', expected: 'héllo', see: '3.1' },
      { request: 'base64-named', expected: 'héllo', see: '3.1' },
      { request: 'text', expected: 'héllo', see: '3.1' },
      { request: 'empty', expected: '', see: '3.1' },
    ]),
  )('$kind: $request replaces it ($see)', async ({ request, expected }) => {
    for (const size of [5, shown + 1]) {
      const { body } = await ask(edge.url, `/${request}`, { method: 'POST', body: 'x'.repeat(size) });
      expect([body, arrived.at(-1)?.body.toString()]).toEqual(['taken', expected]);
    }
  });

  test.each(
    documented(
      ['other', 'bad', 'hex', 'number', 'length'].map((request) => ({
        request,
        expected: [502, VALIDATION],
        see: '3.1',
      })),
    ),
  )('$kind: $request is refused ($see)', async ({ request, expected }) => {
    const { status, headers } = await ask(edge.url, `/${request}`, { method: 'POST', body: 'xx' });
    expect([status, headers['x-cache']]).toEqual(expected);
  });

  test.each(
    documented<Row<string, number | null> & { at: string }>([
      { at: 'viewer-request', request: 'text-40960', expected: 40_960, see: '3.3' },
      { at: 'viewer-request', request: 'text-40961', expected: null, see: '3.3' },
      { at: 'viewer-request', request: 'base64-54476', expected: 40_857, see: '3.3' },
      { at: 'viewer-request', request: 'base64-54480', expected: null, see: '3.3' },
      { at: 'origin-request', request: 'text-40961', expected: 40_961, see: '3.3' },
      { at: 'origin-request', request: 'text-1048576', expected: MB, see: '3.3' },
      { at: 'origin-request', request: 'text-1048577', expected: null, see: '3.3' },
      { at: 'origin-request', request: 'base64-1394604', expected: 1_045_953, see: '3.3' },
      { at: 'origin-request', request: 'base64-1394608', expected: null, see: '3.3' },
    ]).filter(({ at }) => at === event),
  )('$kind: $request arrives as $expected bytes ($see)', async ({ request, expected }) => {
    const { headers } = await ask(edge.url, `/${request}`, { method: 'POST', body: 'x' });
    if (expected === null) expect(headers['x-cache']).toBe(VALIDATION);
    else expect(arrived.at(-1)?.body.length).toBe(expected);
  });
});

test('a body that was shown at both events passes through both', async () => {
  const { edge, arrived } = await edgeOf(templateFor(['viewer-request', 'origin-request']));
  const sent = 'ab'.repeat(MB);
  await ask(edge.url, '/same', { method: 'POST', body: sent });
  expect(arrived.at(-1)?.body.equals(Buffer.from(sent))).toBe(true);
});

test.each(
  decided<Row<number, object>>([
    { request: 5, expected: { start: 'none' }, see: 'fidelity; 3.1' },
    { request: 3 * MB, expected: { start: 'none' }, see: 'fidelity; 3.1' },
  ]),
)('$kind: without IncludeBody $request bytes stream through, none is shown or replaced ($see)', async (row) => {
  const { request: bytes, expected } = row;
  const { edge, arrived } = await edgeOf(templateFor(['viewer-request', 'origin-request'], []));
  for (const name of ['same', 'text']) {
    await ask(edge.url, `/${name}`, { method: 'POST', body: 'x'.repeat(bytes) });
    expect(arrived.at(-1)?.body.length).toBe(bytes);
  }
  const { body } = await ask(edge.url, '/event', { method: 'POST', body: 'x'.repeat(bytes) });
  expect(JSON.parse(body)).toMatchObject(expected);
});

test('a viewer that leaves in the middle of its body is no failure of the emulator', async () => {
  const lines: string[] = [];
  await new Promise<unknown>((resolve) => {
    const onLine = (_: string, line: string) => lines.push(line);
    bench.start({ template: templateFor(['viewer-request']), onRequest: resolve, onLine }).then((edge) => {
      const leaving = httpRequest(edge.url, { method: 'POST', path: '/same', headers: { 'content-length': 10 } });
      leaving.on('error', () => {});
      leaving.write('half', () => leaving.destroy());
    }, resolve);
  });
  expect(lines).toEqual([]);
});
