/** What S3 answers to a request for an object. */
import { createHash } from 'node:crypto';
import { appendFile, open, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { askBucket as ask } from '../../support/ask-bucket.ts';
import { type BucketOfFiles, bucketOfFiles, ETAG, MODIFIED, OTHER_ETAG } from '../../support/bucket-of-files.ts';

let files: BucketOfFiles;
beforeAll(async () => {
  files = await bucketOfFiles();
});
afterEach(() => files.closeOthers());
afterAll(() => files.close());

describe('an object', () => {
  test('comes with the headers of S3', async () => {
    const { status, headers, body } = await ask(files.bucket, '/ten.txt');
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
    const { headers: got } = await ask(files.bucket, '/ten.txt');
    const { status, headers, body } = await ask(files.bucket, '/ten.txt', { method: 'HEAD' });
    expect({ status, body }).toEqual({ status: 200, body: '' });
    const ids = { 'x-amz-id-2': expect.any(String), 'x-amz-request-id': expect.any(String) };
    expect(headers).toEqual({ ...got, ...ids });
  });

  test('every answer has its own request id, a version keeps its id in every region', async () => {
    const replica = await files.start();
    const first = (await ask(files.bucket, '/ten.txt')).headers;
    const second = (await ask(replica, '/ten.txt')).headers;
    const other = (await ask(files.bucket, '/alias.txt')).headers;
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
    expect((await ask(files.bucket, target)).headers['content-type']).toBe(type);
  });

  test('an empty object is 200 without a byte', async () => {
    const answer = await ask(files.bucket, '/empty.txt');
    expect(answer).toMatchObject({ status: 200, body: '', complete: true });
    expect(answer.headers).toMatchObject({ 'content-length': '0', etag: OTHER_ETAG });
  });

  test('a changed file is a new version', async () => {
    const path = join(files.folder, 'changing.txt');
    await writeFile(path, 'one');
    const before = await ask(files.bucket, '/changing.txt');
    const again = await ask(files.bucket, '/changing.txt');
    await appendFile(path, ', two');
    const after = await ask(files.bucket, '/changing.txt');
    await rm(path);
    const removed = await ask(files.bucket, '/changing.txt');

    expect(again.headers.etag).toBe(before.headers.etag);
    expect(after.body).toBe('one, two');
    expect(after.headers.etag).toBe(`"${createHash('md5').update('one, two').digest('hex')}"`);
    expect(after.headers['x-amz-version-id']).not.toBe(before.headers['x-amz-version-id']);
    expect(removed.status).toBe(403);
  });

  test('content of the same length is told apart by its time', async () => {
    const path = join(files.folder, 'same-length.txt');
    await writeFile(path, 'one');
    await utimes(path, 1_000, 1_000);
    await ask(files.bucket, '/same-length.txt');
    await writeFile(path, 'two');
    await utimes(path, 1_000, 2_000);
    const { headers } = await ask(files.bucket, '/same-length.txt');
    await rm(path);
    expect(headers.etag).toBe(`"${createHash('md5').update('two').digest('hex')}"`);
  });

  test('a big object is streamed', async () => {
    const size = 128 * 1024 * 1024;
    const file = await open(join(files.folder, 'big.bin'), 'w');
    await file.truncate(size);
    await file.close();

    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    let length = 0;
    await new Promise<void>((resolve, reject) => {
      httpRequest(`${files.bucket.url}/big.bin`, { agent: false }, (response) => {
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        });
        response.on('end', resolve);
        response.on('error', reject);
      }).end();
    });
    await rm(join(files.folder, 'big.bin'));
    expect(length).toBe(size);
    expect(most).toBeLessThan(size / 2);
  });

  test('a file that shrinks on the way breaks off', async () => {
    const path = join(files.folder, 'shrinking.bin');
    await writeFile(path, Buffer.alloc(32 * 1024 * 1024));
    const agent = new Agent({ keepAlive: true });
    const complete = await new Promise<boolean>((resolve) => {
      httpRequest(`${files.bucket.url}/shrinking.bin`, { agent }, async (response) => {
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
    const made = await files.start({ folder: '/proc/self' });
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
    expect(await ask(files.bucket, target)).toMatchObject({ status: 200, body });
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
    const { status, headers, body } = await ask(files.bucket, target);
    expect(status).toBe(403);
    expect(headers['content-type']).toBe('application/xml');
    expect(headers.etag).toBeUndefined();
    expect(body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message>' +
        `<RequestId>${headers['x-amz-request-id']}</RequestId><HostId>${headers['x-amz-id-2']}</HostId></Error>`,
    );
  });

  test('of a missing one, HEAD has no body either', async () => {
    const answer = await ask(files.bucket, '/missing.txt', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 403, body: '', complete: true });
    expect(answer.headers['content-type']).toBe('application/xml');
  });

  test.each(['/%', '/%zz', '/a%2', '/%ff'])('%s cannot be decoded', async (target) => {
    const { status, body } = await ask(files.bucket, target);
    expect(status).toBe(400);
    expect(body).toContain(
      `<Code>InvalidURI</Code><Message>Couldn't parse the specified URI.</Message><URI>${target}</URI>`,
    );
  });

  test('is read from the path: a target in absolute form is refused', async () => {
    expect(await ask(files.bucket, `http://127.0.0.1:${files.bucket.port}/ten.txt`)).toMatchObject({ status: 400 });
  });
});

describe('a method', () => {
  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is not allowed', async (method) => {
    const { status, headers, body } = await ask(files.bucket, '/ten.txt', { method });
    expect(status).toBe(405);
    expect(headers).toMatchObject({ allow: 'GET, HEAD', 'content-type': 'application/xml' });
    expect(body).toContain(
      '<Code>MethodNotAllowed</Code><Message>The specified method is not allowed against this resource.</Message>' +
        `<Method>${method}</Method><ResourceType>OBJECT</ResourceType><RequestId>`,
    );
  });
});

test('what an error quotes is escaped', async () => {
  const { body } = await ask(files.bucket, '/%<a>&');
  expect(body).toContain('<URI>/%&lt;a&gt;&amp;</URI>');
});
