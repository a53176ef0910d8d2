/** Bodies in both directions: they pass through, and do not pile up. */
import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { startToldOrigin, type ToldOrigin } from '../support/origin-server.ts';
import { ALL_METHODS, customOrigin, template } from '../support/template.ts';

const CHUNK = Buffer.alloc(64 * 1024);
const MEGABYTE = 1024 * 1024;

/** `EDGEKEEPER_STREAM_MEGABYTES=1024` makes it a gigabyte. */
const TOTAL = Number(process.env.EDGEKEEPER_STREAM_MEGABYTES ?? 256) * MEGABYTE;

/** What may be under way between one who sends and one who does not read: the buffers of two connections, and a chunk here and there. */
const UNDER_WAY = 64 * MEGABYTE;

/** What may be held of a body that passes: garbage that has yet to be collected is in it. */
const HELD = 128 * MEGABYTE;

let bench: TestBench;
let server: ToldOrigin;
let edge: TestEdge;
beforeAll(async () => {
  bench = await plainBench(template());
  server = await startToldOrigin();
  edge = await bench.start({
    template: template({
      behavior: {
        TargetOriginId: 'api',
        AllowedMethods: ALL_METHODS,
      },
      distribution: { Origins: [customOrigin('api')], OriginGroups: undefined },
    }),
    origins: { api: server.url },
  });
});
afterAll(async () => {
  await Promise.all([bench.close(), server.close()]);
});

interface Source extends Readable {
  /** Bytes that were taken out of it. */
  taken: number;
}

function source(): Source {
  const stream = new Readable({
    read() {
      if (made.taken >= TOTAL) made.push(null);
      else {
        made.taken += CHUNK.length;
        made.push(CHUNK);
      }
    },
  });
  const made: Source = Object.assign(stream, { taken: 0 });
  return made;
}

/** Settles when nothing has moved for many turns of the event loop. */
async function atRest(count: () => number): Promise<void> {
  let before = -1;
  for (let quiet = 0; quiet < 500; ) {
    quiet = count() === before ? quiet + 1 : 0;
    before = count();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function lengthOf(body: Readable): Promise<number> {
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) length += chunk.length;
  return length;
}

/** Reads a body to its end, and sees that memory does not grow with it. */
async function passedLength(body: Readable): Promise<number> {
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
  expect(most).toBeLessThan(HELD);
  return length;
}

function asked(method: string, headers: Record<string, string | number> = {}): ClientRequest {
  return httpRequest(edge.url, { method, path: '/film', headers, agent: false });
}

const answerTo = async (sent: ClientRequest): Promise<IncomingMessage> => (await once(sent, 'response'))[0];

describe('an upload', () => {
  test.each<{ name: string; method: string; headers: Record<string, string | number>; expected: object }>([
    {
      name: 'of known length',
      method: 'PUT',
      headers: { 'content-length': TOTAL },
      expected: { 'content-length': String(TOTAL) },
    },
    { name: 'of unknown length', method: 'POST', headers: {}, expected: { 'transfer-encoding': 'chunked' } },
  ])('$name waits for an origin that does not read, and arrives whole', async ({ method, headers, expected }) => {
    const body = source();
    const reached = server.next();
    const sent = asked(method, headers);
    const sending = pipeline(body, sent);
    const [request, response] = await reached;
    expect(request.headers).toMatchObject(expected);
    await atRest(() => body.taken);
    expect(body.taken).toBeLessThan(UNDER_WAY);
    const received = await passedLength(request);
    response.end(String(received));
    await sending;
    expect((await (await answerTo(sent)).toArray()).join('')).toBe(String(TOTAL));
  });

  test('that the origin takes no more of is answered 504 after the read timeout (4.2)', async () => {
    const body = source();
    const reached = server.next();
    const sent = asked('PUT').on('error', () => {});
    const answering = answerTo(sent);
    body.pipe(sent);
    await reached;
    await atRest(() => body.taken);
    edge.clock.advance(4_999);
    edge.clock.advance(1);
    expect((await answering).statusCode).toBe(504);
    sent.destroy();
  });

  test('that the viewer sends slowly is no silence of the origin (4.2)', async () => {
    const reached = server.next();
    const sent = asked('POST', { 'content-length': 2 });
    sent.write('a');
    const [request, response] = await reached;
    await once(request, 'readable');
    edge.clock.advance(60_000);
    sent.end('b');
    response.end(String(await lengthOf(request)));
    expect((await (await answerTo(sent)).toArray()).join('')).toBe('2');
  });

  test('that is answered before it has ended', async () => {
    const reached = server.next();
    const sent = asked('POST', { 'content-length': 2 }).on('error', () => {});
    sent.write('a');
    const [, response] = await reached;
    response.writeHead(413, { connection: 'close' }).end('too large');
    const answer = await answerTo(sent);
    expect(answer.statusCode).toBe(413);
    expect((await answer.toArray()).join('')).toBe('too large');
    sent.destroy();
  });

  test('that the viewer breaks off, breaks off at the origin', async () => {
    const reached = server.next();
    const sent = asked('POST', { 'content-length': 2 }).on('error', () => {});
    sent.write('a');
    const [request] = await reached;
    const broken = new Promise((resolve) => request.on('error', resolve).resume());
    sent.destroy();
    await broken;
    expect(request.complete).toBe(false);
  });

  test('begins when 100 Continue has come, and the origin is not asked for one (6.2)', async () => {
    const reached = server.next();
    const sent = asked('PUT', { expect: '100-continue', 'content-length': 4 });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end('film');
    const [request, response] = await reached;
    expect(request.headers).not.toHaveProperty('expect');
    response.end(String(await lengthOf(request)));
    expect((await (await answerTo(sent)).toArray()).join('')).toBe('4');
  });
});

describe('a download', () => {
  test.each<{ name: string; headers: Record<string, string | number> }>([
    { name: 'of known length', headers: { 'content-length': TOTAL } },
    { name: 'of unknown length', headers: {} },
  ])('$name waits for a viewer that does not read, and arrives whole', async ({ headers }) => {
    const body = source();
    const reached = server.next();
    const sent = asked('GET');
    sent.end();
    const [, response] = await reached;
    response.writeHead(200, headers);
    const sending = pipeline(body, response);
    const answer = await answerTo(sent);
    await atRest(() => body.taken);
    expect(body.taken).toBeLessThan(UNDER_WAY);
    expect(await passedLength(answer)).toBe(TOTAL);
    await sending;
  });

  test('that the viewer breaks off, breaks off at the origin', async () => {
    const body = source();
    const reached = server.next();
    const sent = asked('GET').on('error', () => {});
    sent.end();
    const [, response] = await reached;
    const sending = pipeline(body, response);
    await answerTo(sent);
    sent.destroy();
    await expect(sending).rejects.toThrow('Premature close');
  });

  test('of a viewer that takes its time is no silence of the origin (4.2)', async () => {
    const body = source();
    const reached = server.next();
    const sent = asked('GET');
    sent.end();
    const [, response] = await reached;
    const sending = pipeline(body, response);
    const answer = await answerTo(sent);
    await atRest(() => body.taken);
    edge.clock.advance(3_600_000);
    expect(await lengthOf(answer)).toBe(TOTAL);
    await sending;
    expect(edge.requests.at(-1)?.attempts).toEqual([{ originId: 'api', result: 200 }]);
  });
});

describe('a download from the cache', () => {
  const SIZE = 30 * MEGABYTE;
  const VIEWERS = 8;

  const answers = () => {
    const all = Array.from({ length: VIEWERS }, () => {
      const sent = asked('GET').on('error', () => {});
      sent.end();
      return sent;
    });
    return Promise.all(all.map(async (sent) => ({ sent, answer: await answerTo(sent) })));
  };

  test('is one copy for many viewers who do not read, and whole for those who stay', async () => {
    const reached = server.next();
    const first = asked('GET');
    first.end();
    const [, response] = await reached;
    response.writeHead(200, { 'content-length': SIZE, 'cache-control': 'max-age=60' }).end(Buffer.alloc(SIZE));
    expect(await lengthOf(await answerTo(first))).toBe(SIZE);

    const before = process.memoryUsage().arrayBuffers;
    const given = await answers();
    await atRest(() => process.memoryUsage().arrayBuffers);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan((VIEWERS * SIZE) / 2);
    const [leaving, ...staying] = given;
    leaving?.sent.destroy();
    expect(await Promise.all(staying.map(({ answer }) => lengthOf(answer)))).toEqual(Array(VIEWERS - 1).fill(SIZE));
    expect(staying[0]?.answer.headers['x-cache']).toBe('Hit from cloudfront');
  });
});
