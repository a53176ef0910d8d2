/** Faults, as a bucket has them. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Clock } from '../../emulator/clock.ts';
import { type ManualClock, manualClock } from '../../emulator/manual-clock.ts';
import { type Bucket, startBucket } from '../../emulator/s3/bucket.ts';
import { askBucket as ask } from '../support/ask-bucket.ts';

/** `printf 0123456789 | md5sum` */
const ETAG = '"781e5e245d69b566979b86e28d23f2c7"';

let folder: string;
let clock: ManualClock;
/** One that has no fault. */
let bucket: Bucket;
const started: Bucket[] = [];

async function start(options: { clock?: Clock } = {}): Promise<Bucket> {
  const made = await startBucket({ folder, name: 'us-east-1', clock, ...options });
  started.push(made);
  return made;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bucket-'));
  await writeFile(join(folder, 'ten.txt'), '0123456789');
  clock = manualClock();
  bucket = await startBucket({ folder, name: 'us-east-1', clock });
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((made) => made.close()));
});

afterAll(async () => {
  await bucket.close();
  await rm(folder, { recursive: true });
});

describe('a fault', () => {
  test('is null until it is set, and again when it is repaired', async () => {
    const made = await start();
    expect(made.fault).toBeNull();
    await made.setFault({ kind: 'status', status: 503 });
    expect(made.fault).toEqual({ kind: 'status', status: 503 });
    expect((await ask(made, '/ten.txt')).status).toBe(503);
    await made.setFault(null);
    expect(made.fault).toBeNull();
    expect((await ask(made, '/ten.txt')).status).toBe(200);
  });

  test.each(['down', 'hang'] as const)('%s: a request is never answered', async (kind) => {
    const made = await start();
    await made.setFault({ kind });
    const answer = ask(made, '/ten.txt');
    let settled = false;
    answer
      .catch(() => undefined)
      .finally(() => {
        settled = true;
      });
    await vi.waitFor(() => expect(made.received).toHaveLength(1));
    // A bucket without the fault answers sooner than this one does.
    expect((await ask(bucket, '/ten.txt')).status).toBe(200);
    expect(settled).toBe(false);
    await made.close();
    await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test.each(['down', 'refuse'] as const)('%s: open connections are lost', async (kind) => {
    const made = await start();
    const socket = connect(made.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const agent = new Agent({ keepAlive: true });
    await Promise.all([once(socket, 'connect'), ask(made, '/ten.txt', { agent })]);
    const lost = once(socket, 'close');
    await made.setFault({ kind });
    await lost;
    await vi.waitFor(() => expect(agent.freeSockets).toEqual({}));
  });

  test('refuse: nothing listens, and after repair it is the same port', async () => {
    const made = await start();
    const { port, url } = made;
    await made.setFault({ kind: 'refuse' });
    await expect(ask(made, '/ten.txt')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await made.setFault({ kind: 'refuse' });
    await expect(ask(made, '/ten.txt')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await made.setFault(null);
    expect(await ask({ port }, '/ten.txt')).toMatchObject({ status: 200, body: '0123456789' });
    expect(made).toMatchObject({ port, url, fault: null });
  });

  test('refuse: another fault listens again', async () => {
    const made = await start();
    await made.setFault({ kind: 'refuse' });
    await made.setFault({ kind: 'status', status: 500 });
    expect((await ask(made, '/ten.txt')).status).toBe(500);
  });

  test('refuse: changes take turns, and the last one holds', async () => {
    const made = await start();
    const changes = [{ kind: 'refuse' }, null, { kind: 'refuse' }] as const;
    await Promise.all(changes.map((change) => made.setFault(change)));
    expect(made.fault).toEqual({ kind: 'refuse' });
    await expect(ask(made, '/ten.txt')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('refuse: stays when something else took the port', async () => {
    const made = await start();
    await made.setFault({ kind: 'refuse' });
    const thief = createServer().listen(made.port, '127.0.0.1');
    await once(thief, 'listening');
    await expect(made.setFault(null)).rejects.toMatchObject({
      code: 'ERR_LISTEN_FAILED',
      message: `origin us-east-1: expected a port to listen on, got ${made.port}: EADDRINUSE`,
    });
    expect(made.fault).toEqual({ kind: 'refuse' });
    await new Promise((resolve) => thief.close(resolve));
    await made.setFault(null);
    expect((await ask(made, '/ten.txt')).status).toBe(200);
  });

  test.each([
    { share: 0, statuses: [200, 200, 200, 200] },
    { share: 0.25, statuses: [200, 200, 200, 503] },
    { share: 0.5, statuses: [200, 503, 200, 503] },
    { share: 1, statuses: [503, 503, 503, 503] },
  ])('status: with a share of $share it answers $statuses', async ({ share, statuses }) => {
    const made = await start();
    await made.setFault({ kind: 'status', status: 503, share });
    const answered: number[] = [];
    for (const _ of statuses) answered.push((await ask(made, '/ten.txt')).status);
    expect(answered).toEqual(statuses);
  });

  test('slow: the first byte waits', async () => {
    const slow = manualClock();
    const made = await start({ clock: slow });
    await made.setFault({ kind: 'slow', ms: 3_000 });
    const answer = ask(made, '/ten.txt');
    let answered = false;
    answer.then(() => {
      answered = true;
    });

    await slow.whenPending(3_000);
    slow.advance(2_999);
    expect((await ask(bucket, '/ten.txt')).status).toBe(200);
    expect(answered).toBe(false);
    expect(slow.pending()).toBe(1);

    slow.advance(1);
    expect(await answer).toMatchObject({ status: 200, body: '0123456789' });
  });

  test('slow: a viewer that leaves is not waited for', async () => {
    const slow = manualClock();
    const made = await start({ clock: slow });
    await made.setFault({ kind: 'slow', ms: 3_000 });
    const request = httpRequest(`${made.url}/ten.txt`, { agent: false });
    request.on('error', () => undefined);
    request.end();
    await slow.whenPending(3_000);
    request.destroy();
    await vi.waitFor(() => expect(slow.pending()).toBe(0));
  });

  test('slow: what waits is answered although the bucket is repaired', async () => {
    const slow = manualClock();
    const made = await start({ clock: slow });
    await made.setFault({ kind: 'slow', ms: 3_000 });
    const waiting = ask(made, '/ten.txt');
    await slow.whenPending();
    await made.setFault(null);
    expect((await ask(made, '/ten.txt')).status).toBe(200);
    expect(slow.pending()).toBe(1);
    slow.advance(3_000);
    expect((await waiting).status).toBe(200);
  });

  test('reset: the request arrives, then the connection is reset', async () => {
    const made = await start();
    await made.setFault({ kind: 'reset' });
    await expect(ask(made, '/ten.txt')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(made.received).toHaveLength(1);

    const socket = connect(made.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    const [error] = await once(socket, 'error');
    // A connection that ends is not an error to a socket: this one was reset.
    expect(error).toMatchObject({ code: 'ECONNRESET' });
  });

  test.each([
    { range: '', status: 200, length: '10', body: '01234' },
    { range: 'bytes=2-4', status: 206, length: '3', body: '2' },
    { range: 'bytes=9-9', status: 206, length: '1', body: '' },
  ])('truncate: of $length bytes, $body comes', async ({ range, status, length, body }) => {
    const made = await start();
    await made.setFault({ kind: 'truncate' });
    const answer = await ask(made, '/ten.txt', { headers: { range } });
    expect(answer).toMatchObject({ status, body, complete: false });
    expect(answer.headers).toMatchObject({ 'content-length': length, etag: ETAG });
  });

  test('truncate: a big object breaks off at its middle', async () => {
    await writeFile(join(folder, 'half.bin'), Buffer.alloc(4 * 1024 * 1024, 'x'));
    const made = await start();
    await made.setFault({ kind: 'truncate' });
    const { body, complete, headers } = await ask(made, '/half.bin');
    await rm(join(folder, 'half.bin'));
    expect({ length: body.length, complete }).toEqual({ length: 2 * 1024 * 1024, complete: false });
    expect(headers['content-length']).toBe(String(4 * 1024 * 1024));
  });

  test('truncate: an error breaks off too', async () => {
    const made = await start();
    await made.setFault({ kind: 'truncate' });
    const { status, body, complete } = await ask(made, '/missing.txt');
    expect({ status, complete }).toEqual({ status: 403, complete: false });
    expect(body).toContain('<Code>AccessDenied</Code>');
    expect(body).not.toContain('</Error>');
  });

  test.each([
    { status: 400, code: 'BadRequest', message: 'Bad Request' },
    { status: 403, code: 'AccessDenied', message: 'Access Denied' },
    { status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' },
    { status: 500, code: 'InternalError', message: 'We encountered an internal error. Please try again.' },
    { status: 502, code: 'BadGateway', message: 'Bad Gateway' },
    { status: 503, code: 'ServiceUnavailable', message: 'Service is unable to handle request.' },
    { status: 599, code: 'UnknownError', message: 'Unknown Error' },
  ])('status $status: $code', async ({ status, code, message }) => {
    const made = await start();
    await made.setFault({ kind: 'status', status });
    for (const [method, target] of [
      ['GET', '/ten.txt'],
      ['GET', '/missing.txt'],
      ['POST', '/ten.txt'],
    ] as const) {
      const answer = await ask(made, target, { method });
      expect(answer).toMatchObject({ status, complete: true });
      expect(answer.headers).toMatchObject({ 'content-type': 'application/xml', server: 'AmazonS3' });
      expect(answer.body).toContain(`<Error><Code>${code}</Code><Message>${message}</Message><RequestId>`);
    }
    expect(await ask(made, '/ten.txt', { method: 'HEAD' })).toMatchObject({ status, body: '', complete: true });
  });
});
