import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, open, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Clock, systemClock } from '../../../emulator/clock.ts';
import type { Fault } from '../../../emulator/fault.ts';
import { type ManualClock, manualClock } from '../../../emulator/manual-clock.ts';
import { type Bucket, startBucket } from '../../../emulator/s3/bucket.ts';
import { askBucket as ask } from '../../support/ask-bucket.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const MODIFIED = 'Thu, 01 Jan 2026 11:00:00 GMT';
const SECOND_BEFORE = 'Thu, 01 Jan 2026 10:59:59 GMT';
/** `printf 0123456789 | md5sum` */
const ETAG = '"781e5e245d69b566979b86e28d23f2c7"';
const OTHER_ETAG = '"d41d8cd98f00b204e9800998ecf8427e"';

const FILES = {
  'ten.txt': '0123456789',
  'empty.txt': '',
  'index.html': '<p>start</p>',
  'folder/deep.json': '{}',
  'a b.txt': 'space',
  'a+b.txt': 'plus',
  'a%2Bb.txt': 'percent',
  'été/写真.txt': 'unicode',
  html: 'a name, not an extension',
  '..two-dots.txt': 'two dots',
  '.well-known/security.txt': 'contact',
  'unknown.qqq': '?',
};

let parent: string;
let folder: string;
let clock: ManualClock;
let bucket: Bucket;
const started: Bucket[] = [];

async function start(options: { clock?: Clock; folder?: string } = {}): Promise<Bucket> {
  const made = await startBucket({ folder, name: 'us-east-1', clock, ...options });
  started.push(made);
  return made;
}

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'bucket-'));
  folder = join(parent, 'us-east-1');
  for (const [key, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), content);
    await utimes(join(folder, key), NOON / 1000, NOON / 1000 - 3600 + 0.4);
  }
  await writeFile(join(parent, 'secret.txt'), 'secret');
  await mkdir(join(parent, 'us-east-1-other'));
  await writeFile(join(parent, 'us-east-1-other', 'secret.txt'), 'secret');
  await symlink(join(parent, 'secret.txt'), join(folder, 'out.txt'));
  await symlink(join(parent, 'us-east-1-other'), join(folder, 'out'));
  await symlink('ten.txt', join(folder, 'alias.txt'));
  await symlink('loop.txt', join(folder, 'loop.txt'));
  clock = manualClock(NOON);
  bucket = await startBucket({ folder, name: 'us-east-1', clock });
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((made) => made.close()));
});

afterAll(async () => {
  await bucket.close();
  await rm(parent, { recursive: true });
});

describe('an object', () => {
  test('comes with the headers of S3', async () => {
    const { status, headers, body } = await ask(bucket, '/ten.txt');
    expect({ status, body }).toEqual({ status: 200, body: '0123456789' });
    expect(headers).toEqual({
      'x-amz-id-2': expect.stringMatching(/^[A-Za-z0-9+/]{75}=$/),
      'x-amz-request-id': expect.stringMatching(/^[0-9A-F]{16}$/),
      date: 'Thu, 01 Jan 2026 12:00:00 GMT',
      'last-modified': MODIFIED,
      etag: ETAG,
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-version-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      'accept-ranges': 'bytes',
      'content-type': 'text/plain',
      'content-length': '10',
      server: 'AmazonS3',
      connection: 'close',
    });
  });

  test('HEAD has the headers of GET and no body', async () => {
    const { headers: got } = await ask(bucket, '/ten.txt');
    const { status, headers, body } = await ask(bucket, '/ten.txt', { method: 'HEAD' });
    expect({ status, body }).toEqual({ status: 200, body: '' });
    const ids = { 'x-amz-id-2': expect.any(String), 'x-amz-request-id': expect.any(String) };
    expect(headers).toEqual({ ...got, ...ids });
  });

  test('every answer has its own request id, a version keeps its id in every region', async () => {
    const replica = await start();
    const first = (await ask(bucket, '/ten.txt')).headers;
    const second = (await ask(replica, '/ten.txt')).headers;
    const other = (await ask(bucket, '/alias.txt')).headers;
    expect(first['x-amz-request-id']).not.toBe(second['x-amz-request-id']);
    expect(first['x-amz-id-2']).not.toBe(second['x-amz-id-2']);
    expect(first['x-amz-version-id']).toBe(second['x-amz-version-id']);
    expect(first['x-amz-version-id']).not.toBe(other['x-amz-version-id']);
  });

  test.each([
    ['/index.html', 'text/html'],
    ['/folder/deep.json', 'application/json'],
    ['/ten.txt', 'text/plain'],
    ['/html', 'binary/octet-stream'],
    ['/unknown.qqq', 'binary/octet-stream'],
  ])('%s is %s', async (target, type) => {
    expect((await ask(bucket, target)).headers['content-type']).toBe(type);
  });

  test('an empty object is 200 without a byte', async () => {
    const answer = await ask(bucket, '/empty.txt');
    expect(answer).toMatchObject({ status: 200, body: '', complete: true });
    expect(answer.headers).toMatchObject({ 'content-length': '0', etag: OTHER_ETAG });
  });

  test('a changed file is a new version', async () => {
    const path = join(folder, 'changing.txt');
    await writeFile(path, 'one');
    const before = await ask(bucket, '/changing.txt');
    const again = await ask(bucket, '/changing.txt');
    await appendFile(path, ', two');
    const after = await ask(bucket, '/changing.txt');
    await rm(path);
    const removed = await ask(bucket, '/changing.txt');

    expect(again.headers.etag).toBe(before.headers.etag);
    expect(after.body).toBe('one, two');
    expect(after.headers.etag).toBe(`"${createHash('md5').update('one, two').digest('hex')}"`);
    expect(after.headers['x-amz-version-id']).not.toBe(before.headers['x-amz-version-id']);
    expect(removed.status).toBe(403);
  });

  test('content of the same length is told apart by its time', async () => {
    const path = join(folder, 'same-length.txt');
    await writeFile(path, 'one');
    await utimes(path, 1_000, 1_000);
    await ask(bucket, '/same-length.txt');
    await writeFile(path, 'two');
    await utimes(path, 1_000, 2_000);
    const { headers } = await ask(bucket, '/same-length.txt');
    await rm(path);
    expect(headers.etag).toBe(`"${createHash('md5').update('two').digest('hex')}"`);
  });

  test('a big object is streamed', async () => {
    const size = 128 * 1024 * 1024;
    const file = await open(join(folder, 'big.bin'), 'w');
    await file.truncate(size);
    await file.close();

    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    let length = 0;
    await new Promise<void>((resolve, reject) => {
      httpRequest(`${bucket.url}/big.bin`, { agent: false }, (response) => {
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        });
        response.on('end', resolve);
        response.on('error', reject);
      }).end();
    });
    await rm(join(folder, 'big.bin'));
    expect(length).toBe(size);
    expect(most).toBeLessThan(size / 2);
  });

  test('a file that shrinks on the way breaks off', async () => {
    const path = join(folder, 'shrinking.bin');
    await writeFile(path, Buffer.alloc(32 * 1024 * 1024));
    const agent = new Agent({ keepAlive: true });
    const complete = await new Promise<boolean>((resolve) => {
      httpRequest(`${bucket.url}/shrinking.bin`, { agent }, async (response) => {
        await truncate(path, 0);
        response.on('error', () => undefined);
        response.on('close', () => resolve(response.complete));
        response.resume();
      }).end();
    });
    agent.destroy();
    await rm(path);
    expect(complete).toBe(false);
  });

  // The kernel lists this file, and refuses to read its beginning.
  test.runIf(process.platform === 'linux')('a file that cannot be read is an internal error', async () => {
    const made = await start({ folder: '/proc/self' });
    const { status, body } = await ask(made, '/mem');
    expect(status).toBe(500);
    expect(body).toContain(
      '<Code>InternalError</Code><Message>We encountered an internal error. Please try again.</Message>',
    );
  });
});

describe('a key', () => {
  test.each([
    { target: '/a%20b.txt', body: 'space' },
    { target: '/a+b.txt', body: 'space' },
    { target: '/a%2Bb.txt', body: 'plus' },
    { target: '/a%2bb.txt', body: 'plus' },
    { target: '/a%252Bb.txt', body: 'percent' },
    { target: '/folder%2Fdeep.json', body: '{}' },
    { target: '/%66older/deep.json', body: '{}' },
    { target: '/%C3%A9t%C3%A9/%E5%86%99%E7%9C%9F.txt', body: 'unicode' },
    { target: '/ten.txt?versionId=1&x=/../', body: '0123456789' },
    { target: '/ten.txt?', body: '0123456789' },
    { target: '/.well-known/security.txt', body: 'contact' },
    { target: '/..two-dots.txt', body: 'two dots' },
    { target: '/alias.txt', body: '0123456789' },
  ])('$target is $body', async ({ target, body }) => {
    expect(await ask(bucket, target)).toMatchObject({ status: 200, body });
  });

  test.each([
    '/missing.txt',
    '/Ten.txt',
    '/',
    '/?list-type=2',
    '/folder',
    '/folder/',
    '/folder/missing.json',
    '/ten.txt/',
    '/ten.txt/more',
    '//ten.txt',
    '/folder//deep.json',
    '/./ten.txt',
    '/folder/../ten.txt',
    '/folder/./deep.json',
    '/folder/%2E%2E/ten.txt',
    '/../secret.txt',
    '/..%2Fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fus-east-1-other/secret.txt',
    '/folder/..%2F..%2Fsecret.txt',
    '/%2Fetc%2Fpasswd',
    '//etc/passwd',
    '/ten.txt%00',
    '/%00',
    '/..%5Csecret.txt',
    '/out.txt',
    '/out/secret.txt',
    '/loop.txt',
    '/ten.txt%3Fversion',
    '/a%2525b.txt',
    `/${'k'.repeat(1_000)}`,
  ])('%s is missing', async (target) => {
    const { status, headers, body } = await ask(bucket, target);
    expect(status).toBe(403);
    expect(headers['content-type']).toBe('application/xml');
    expect(headers.etag).toBeUndefined();
    expect(body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message>' +
        `<RequestId>${headers['x-amz-request-id']}</RequestId><HostId>${headers['x-amz-id-2']}</HostId></Error>`,
    );
  });

  test('of a missing one, HEAD has no body either', async () => {
    const answer = await ask(bucket, '/missing.txt', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 403, body: '', complete: true });
    expect(answer.headers['content-type']).toBe('application/xml');
  });

  test.each(['/%', '/%zz', '/a%2', '/%ff'])('%s cannot be decoded', async (target) => {
    const { status, body } = await ask(bucket, target);
    expect(status).toBe(400);
    expect(body).toContain(
      `<Code>InvalidURI</Code><Message>Couldn't parse the specified URI.</Message><URI>${target}</URI>`,
    );
  });

  test('is read from the path: a target in absolute form is refused', async () => {
    expect(await ask(bucket, `http://127.0.0.1:${bucket.port}/ten.txt`)).toMatchObject({ status: 400 });
  });
});

describe('a range of 10 bytes', () => {
  test.each([
    { range: 'bytes=0-0', body: '0', contentRange: 'bytes 0-0/10' },
    { range: 'bytes=0-', body: '0123456789', contentRange: 'bytes 0-9/10' },
    { range: 'bytes=0-9', body: '0123456789', contentRange: 'bytes 0-9/10' },
    { range: 'bytes=0-10', body: '0123456789', contentRange: 'bytes 0-9/10' },
    { range: 'bytes=2-4', body: '234', contentRange: 'bytes 2-4/10' },
    { range: 'bytes=9-9', body: '9', contentRange: 'bytes 9-9/10' },
    { range: 'bytes=9-', body: '9', contentRange: 'bytes 9-9/10' },
    { range: 'bytes=9-99999999999999999999', body: '9', contentRange: 'bytes 9-9/10' },
    { range: 'bytes=-1', body: '9', contentRange: 'bytes 9-9/10' },
    { range: 'bytes=-10', body: '0123456789', contentRange: 'bytes 0-9/10' },
    { range: 'bytes=-11', body: '0123456789', contentRange: 'bytes 0-9/10' },
  ])('$range: $body', async ({ range, body, contentRange }) => {
    const answer = await ask(bucket, '/ten.txt', { headers: { range } });
    expect(answer).toMatchObject({ status: 206, body });
    expect(answer.headers).toMatchObject({
      'content-range': contentRange,
      'content-length': String(body.length),
      'content-type': 'text/plain',
      'accept-ranges': 'bytes',
      etag: ETAG,
    });
  });

  test.each([
    { target: '/ten.txt', range: 'bytes=10-', size: 10 },
    { target: '/ten.txt', range: 'bytes=10-20', size: 10 },
    { target: '/ten.txt', range: 'bytes=-0', size: 10 },
    { target: '/empty.txt', range: 'bytes=0-', size: 0 },
    { target: '/empty.txt', range: 'bytes=-1', size: 0 },
  ])('$range of $size bytes cannot be satisfied', async ({ target, range, size }) => {
    const { status, headers, body } = await ask(bucket, target, { headers: { range } });
    expect(status).toBe(416);
    expect(headers).toMatchObject({ 'content-range': `bytes */${size}`, 'content-type': 'application/xml' });
    expect(body).toContain(
      '<Code>InvalidRange</Code><Message>The requested range is not satisfiable</Message>' +
        `<RangeRequested>${range}</RangeRequested><ActualObjectSize>${size}</ActualObjectSize><RequestId>`,
    );
  });

  test.each([
    'bytes=5-2',
    'bytes=20-15',
    'bytes=-',
    'bytes=a-b',
    'bytes=1',
    '0-1',
    'lines=0-1',
    'kilobytes=0-1',
    'bytes=0-1,3-4',
    'bytes=0-1,1-2',
  ])('%s is ignored', async (range) => {
    const answer = await ask(bucket, '/ten.txt', { headers: { range } });
    expect(answer).toMatchObject({ status: 200, body: '0123456789' });
    expect(answer.headers['content-range']).toBeUndefined();
  });

  test('HEAD tells its length', async () => {
    const answer = await ask(bucket, '/ten.txt', { method: 'HEAD', headers: { range: 'bytes=2-4' } });
    expect(answer).toMatchObject({ status: 206, body: '' });
    expect(answer.headers).toMatchObject({ 'content-length': '3', 'content-range': 'bytes 2-4/10' });
  });
});

interface Conditional {
  readonly name: string;
  readonly headers: Record<string, string>;
  readonly status: number;
}

describe('a condition', () => {
  const bare = ETAG.slice(1, -1);

  test.each<Conditional>([
    { name: 'If-Match, the ETag itself', headers: { 'if-match': ETAG }, status: 200 },
    { name: 'If-Match, another ETag', headers: { 'if-match': OTHER_ETAG }, status: 412 },
    { name: 'If-Match, the ETag among others', headers: { 'if-match': `${OTHER_ETAG}, ${ETAG}` }, status: 200 },
    { name: 'If-Match, any', headers: { 'if-match': '*' }, status: 200 },
    { name: 'If-Match, the ETag without quotes', headers: { 'if-match': bare }, status: 200 },
    { name: 'If-Match, the ETag, weak', headers: { 'if-match': `W/${ETAG}` }, status: 412 },
    { name: 'If-Match, part of the ETag', headers: { 'if-match': bare.slice(1) }, status: 412 },

    { name: 'If-None-Match, the ETag itself', headers: { 'if-none-match': ETAG }, status: 304 },
    { name: 'If-None-Match, another ETag', headers: { 'if-none-match': OTHER_ETAG }, status: 200 },
    { name: 'If-None-Match, one of several', headers: { 'if-none-match': `${OTHER_ETAG},${ETAG}` }, status: 304 },
    { name: 'If-None-Match, any', headers: { 'if-none-match': '*' }, status: 304 },
    { name: 'If-None-Match, the ETag without quotes', headers: { 'if-none-match': bare }, status: 304 },
    { name: 'If-None-Match, the ETag, weak', headers: { 'if-none-match': `W/${ETAG}` }, status: 304 },

    { name: 'If-Modified-Since, the very second', headers: { 'if-modified-since': MODIFIED }, status: 304 },
    { name: 'If-Modified-Since, a second before', headers: { 'if-modified-since': SECOND_BEFORE }, status: 200 },
    { name: 'If-Modified-Since, no date', headers: { 'if-modified-since': 'yesterday' }, status: 200 },

    { name: 'If-Unmodified-Since, the very second', headers: { 'if-unmodified-since': MODIFIED }, status: 200 },
    { name: 'If-Unmodified-Since, a second before', headers: { 'if-unmodified-since': SECOND_BEFORE }, status: 412 },
    { name: 'If-Unmodified-Since, no date', headers: { 'if-unmodified-since': 'yesterday' }, status: 200 },

    { name: 'If-Match over date', headers: { 'if-match': ETAG, 'if-unmodified-since': SECOND_BEFORE }, status: 200 },
    { name: 'If-Match over date', headers: { 'if-match': OTHER_ETAG, 'if-unmodified-since': MODIFIED }, status: 412 },
    {
      name: 'If-None-Match over date',
      headers: { 'if-none-match': ETAG, 'if-modified-since': SECOND_BEFORE },
      status: 304,
    },
    {
      name: 'If-None-Match over date',
      headers: { 'if-none-match': OTHER_ETAG, 'if-modified-since': MODIFIED },
      status: 200,
    },
    { name: '412 before 304', headers: { 'if-match': OTHER_ETAG, 'if-none-match': ETAG }, status: 412 },
    { name: '304 before 206', headers: { 'if-none-match': ETAG, range: 'bytes=0-1' }, status: 304 },
    { name: '304 before 416', headers: { 'if-none-match': ETAG, range: 'bytes=10-' }, status: 304 },
    { name: 'If-Match holds, and a range', headers: { 'if-match': ETAG, range: 'bytes=0-1' }, status: 206 },
    { name: '304 over no-cache', headers: { 'if-none-match': ETAG, 'cache-control': 'no-cache' }, status: 304 },
  ])('$name: $status', async ({ headers, status }) => {
    expect((await ask(bucket, '/ten.txt', { headers })).status).toBe(status);
  });

  test.each([
    { name: 'the ETag', ifRange: ETAG, status: 206 },
    { name: 'another ETag', ifRange: OTHER_ETAG, status: 200 },
    { name: 'the ETag, weak', ifRange: `W/${ETAG}`, status: 200 },
    { name: 'the very second', ifRange: MODIFIED, status: 206 },
    { name: 'a second before', ifRange: SECOND_BEFORE, status: 200 },
    { name: 'a later date', ifRange: 'Thu, 01 Jan 2026 11:00:01 GMT', status: 200 },
  ])('If-Range $name: $status', async ({ ifRange, status }) => {
    const answer = await ask(bucket, '/ten.txt', { headers: { range: 'bytes=2-4', 'if-range': ifRange } });
    expect(answer).toMatchObject({ status, body: status === 206 ? '234' : '0123456789' });
  });

  test('without a range, If-Range means nothing', async () => {
    expect(await ask(bucket, '/ten.txt', { headers: { 'if-range': OTHER_ETAG } })).toMatchObject({ status: 200 });
  });

  test('304 keeps the validators, and has neither body nor length', async () => {
    const { headers, body } = await ask(bucket, '/ten.txt', { headers: { 'if-none-match': ETAG } });
    expect(body).toBe('');
    expect(headers).toMatchObject({ etag: ETAG, 'last-modified': MODIFIED, 'x-amz-version-id': expect.any(String) });
    expect(Object.keys(headers).filter((name) => /^(content-|transfer-)/.test(name))).toEqual([]);
  });

  test.each([
    ['If-Match', OTHER_ETAG],
    ['If-Unmodified-Since', SECOND_BEFORE],
  ])('412 names %s', async (condition, value) => {
    const { body } = await ask(bucket, '/ten.txt', { headers: { [condition]: value } });
    expect(body).toContain(
      '<Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message>' +
        `<Condition>${condition}</Condition><RequestId>`,
    );
  });

  test('on a missing key does not matter', async () => {
    expect((await ask(bucket, '/missing.txt', { headers: { 'if-match': ETAG } })).status).toBe(403);
  });
});

describe('a method', () => {
  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is not allowed', async (method) => {
    const { status, headers, body } = await ask(bucket, '/ten.txt', { method });
    expect(status).toBe(405);
    expect(headers).toMatchObject({ allow: 'GET, HEAD', 'content-type': 'application/xml' });
    expect(body).toContain(
      '<Code>MethodNotAllowed</Code><Message>The specified method is not allowed against this resource.</Message>' +
        `<Method>${method}</Method><ResourceType>OBJECT</ResourceType><RequestId>`,
    );
  });
});

test('what an error quotes is escaped', async () => {
  const { body } = await ask(bucket, '/%<a>&');
  expect(body).toContain('<URI>/%&lt;a&gt;&amp;</URI>');
});

describe('what was received', () => {
  test('is kept as it came, newest last', async () => {
    const made = await start();
    await ask(made, '/ten.txt', { headers: { 'x-test': 'one' } });
    await ask(made, '/../a%2fb?c', { method: 'HEAD' });
    expect(made.received).toEqual([
      { method: 'GET', target: '/ten.txt', headers: expect.objectContaining({ 'x-test': 'one' }) },
      { method: 'HEAD', target: '/../a%2fb?c', headers: expect.objectContaining({ host: `127.0.0.1:${made.port}` }) },
    ]);
  });

  test('is forgotten after a thousand requests', async () => {
    const made = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = 0; n <= 1_000; n += 1) await ask(made, `/${n}`, { agent, method: 'HEAD' });
    agent.destroy();
    expect(made.received).toHaveLength(1_000);
    expect(made.received[0]?.target).toBe('/1');
    expect(made.received.at(-1)?.target).toBe('/1000');
  });
});

describe('starting and closing', () => {
  test('tells where it is', async () => {
    const made = await start();
    expect(made).toMatchObject({ name: 'us-east-1', folder });
    expect(made.url).toBe(`http://127.0.0.1:${made.port}`);
  });

  test.each([
    { path: 'nowhere', got: 'nothing' },
    { path: 'secret.txt', got: 'a file' },
  ])('needs its folder: $got', async ({ path, got }) => {
    await expect(start({ folder: join(parent, path) })).rejects.toMatchObject({
      name: 'EdgeError',
      code: 'ERR_FILE_MISSING',
      message: `origin us-east-1: expected a folder at ${join(parent, path)}, got ${got} there`,
    });
  });

  test('needs its port', async () => {
    const taken = startBucket({ folder, name: 'eu-west-1', clock, port: bucket.port });
    await expect(taken).rejects.toMatchObject({
      code: 'ERR_LISTEN_FAILED',
      message: `origin eu-west-1: expected a port to listen on, got ${bucket.port}: EADDRINUSE`,
    });
  });

  test('takes the port that it is given', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const made = await startBucket({ folder, name: 'us-east-1', clock, port });
    started.push(made);
    expect(made.port).toBe(port);
    expect((await ask({ port }, '/ten.txt')).status).toBe(200);
  });

  test('a folder that is itself a link is the folder it leads to', async () => {
    await symlink(folder, join(parent, 'link'));
    const made = await start({ folder: join(parent, 'link') });
    expect((await ask(made, '/ten.txt')).status).toBe(200);
    expect((await ask(made, '/out.txt')).status).toBe(403);
  });

  test.each([null, { kind: 'hang' }, { kind: 'slow', ms: 600_000 }, { kind: 'refuse' }] as (Fault | null)[])(
    'closing leaves nothing open: %o',
    async (fault) => {
      const own = manualClock();
      await vi.waitFor(() => expect(handles('TCP')).toEqual(['TCPServerWrap']));
      const made = await startBucket({ folder, name: 'us-east-1', clock: own });
      const idle = new Agent({ keepAlive: true });
      await ask(made, '/ten.txt', { agent: idle });
      await made.setFault(fault);
      const cut = ask(made, '/ten.txt').catch((error: NodeJS.ErrnoException) => error.code);
      await vi.waitFor(() => expect(made.received.length === 2 || fault?.kind === 'refuse').toBe(true));

      await made.close();
      await cut;
      await vi.waitFor(() => expect(handles('TCP')).toEqual(['TCPServerWrap']));
      expect(own.pending()).toBe(0);
      await expect(ask(made, '/ten.txt')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    },
  );

  test('closing ends the reading of a file', async () => {
    const file = await open(join(folder, 'huge.bin'), 'w');
    await file.truncate(2 * 1024 ** 3);
    await file.close();
    const made = await start();
    const cut = ask(made, '/huge.bin').catch((error: NodeJS.ErrnoException) => error.code);
    await vi.waitFor(() => expect(made.received).toHaveLength(1));
    await vi.waitFor(() => expect(handles('FSReq')).not.toEqual([]));
    await made.close();
    expect(await cut).toBe('ECONNRESET');
    // A file that is being read is left alone for a turn now and then, but never for a hundred.
    for (let turn = 0; turn < 100; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (handles('FSReq').length > 0) turn = 0;
    }
    await rm(join(folder, 'huge.bin'));
  });

  test('closing twice is closing once, and what is closed stays closed', async () => {
    const made = await start();
    await Promise.all([made.close(), made.close()]);
    await made.setFault(null);
    await expect(ask(made, '/ten.txt')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

/** What this process has open, of one kind. */
function handles(kind: string): string[] {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith(kind));
}

describe('the sample content', () => {
  const sample = join(import.meta.dirname, '../../../emulator/sample');

  test('is complete: whatever its page refers to is there', async () => {
    const made = await start({ folder: sample });
    const page = await ask(made, '/index.html');
    const targets = [...page.body.matchAll(/(?:href|src|poster)="(?!data:)([^"]+)"/g)].map(([, target]) => target);
    expect([...new Set(targets)].sort()).toEqual(['catalogue.json', 'film.mp4', 'photo.jpg']);
    for (const target of targets) expect((await ask(made, `/${target}`)).status).toBe(200);
  });

  test('has a catalogue that names its files and their types', async () => {
    const made = await start({ folder: sample });
    const { works } = JSON.parse((await ask(made, '/catalogue.json')).body);
    expect(works).toHaveLength(2);
    for (const { file, type } of works) {
      expect((await ask(made, `/${file}`, { method: 'HEAD' })).headers['content-type']).toBe(type);
    }
  });

  test('has a film that plays before all of it has come', async () => {
    const made = await start({ folder: sample });
    const { headers, body } = await ask(made, '/film.mp4', { headers: { range: 'bytes=0-63' } });
    expect(headers['content-range']).toMatch(/^bytes 0-63\/2[0-9]{6}$/);
    expect([body.slice(4, 8), body.slice(36, 40)]).toEqual(['ftyp', 'moov']);
  });
});

describe('the clock', () => {
  test('of the machine calls back once, unless cancelled', async () => {
    const before = Date.now();
    const called: string[] = [];
    const cancel = systemClock.after(0, () => called.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => {
      systemClock.after(1, () => {
        called.push('called');
        resolve();
      });
    });
    expect(called).toEqual(['called']);
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });

  test('of a test runs what is due, in order, at its own time', () => {
    const manual = manualClock(1_000);
    const called: string[] = [];
    const call = (name: string) => () => called.push(`${name} at ${manual.now()}`);
    manual.after(20, call('third'));
    manual.after(10, call('first'));
    manual.after(10, () => {
      call('second')();
      manual.after(15, call('fourth'));
    });
    manual.after(15, call('never'))();
    manual.after(26, call('later'));
    manual.advance(25);
    expect(called).toEqual(['first at 1010', 'second at 1010', 'third at 1020', 'fourth at 1025']);
    expect(manual.now()).toBe(1_025);
    expect(manual.pending()).toBe(1);
  });

  test('of a test tells when somebody waits', async () => {
    const manual = manualClock();
    let waited = false;
    const waiting = manual.whenPending(50).then(() => {
      waited = true;
    });
    manual.after(49, () => undefined);
    await Promise.resolve();
    expect(waited).toBe(false);
    manual.after(50, () => undefined);
    await waiting;
    await manual.whenPending(50);
    manual.advance(1);
    expect(manual.pending()).toBe(2);
  });
});
