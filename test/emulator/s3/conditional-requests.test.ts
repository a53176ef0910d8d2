/** Ranges and conditions of requests for an object. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askBucket as ask } from '../../support/ask-bucket.ts';
import { type BucketOfFiles, bucketOfFiles, ETAG, MODIFIED, OTHER_ETAG } from '../../support/bucket-of-files.ts';

const SECOND_BEFORE = 'Thu, 01 Jan 2026 10:59:59 GMT';

let files: BucketOfFiles;
beforeAll(async () => {
  files = await bucketOfFiles();
});
afterAll(() => files.close());

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
    const answer = await ask(files.bucket, '/ten.txt', { headers: { range } });
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
    const { status, headers, body } = await ask(files.bucket, target, { headers: { range } });
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
    const answer = await ask(files.bucket, '/ten.txt', { headers: { range } });
    expect(answer).toMatchObject({ status: 200, body: '0123456789' });
    expect(answer.headers['content-range']).toBeUndefined();
  });

  test('HEAD tells its length', async () => {
    const answer = await ask(files.bucket, '/ten.txt', { method: 'HEAD', headers: { range: 'bytes=2-4' } });
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
    expect((await ask(files.bucket, '/ten.txt', { headers })).status).toBe(status);
  });

  test.each([
    { name: 'the ETag', ifRange: ETAG, status: 206 },
    { name: 'another ETag', ifRange: OTHER_ETAG, status: 200 },
    { name: 'the ETag, weak', ifRange: `W/${ETAG}`, status: 200 },
    { name: 'the very second', ifRange: MODIFIED, status: 206 },
    { name: 'a second before', ifRange: SECOND_BEFORE, status: 200 },
    { name: 'a later date', ifRange: 'Thu, 01 Jan 2026 11:00:01 GMT', status: 200 },
  ])('If-Range $name: $status', async ({ ifRange, status }) => {
    const answer = await ask(files.bucket, '/ten.txt', { headers: { range: 'bytes=2-4', 'if-range': ifRange } });
    expect(answer).toMatchObject({ status, body: status === 206 ? '234' : '0123456789' });
  });

  test('without a range, If-Range means nothing', async () => {
    expect(await ask(files.bucket, '/ten.txt', { headers: { 'if-range': OTHER_ETAG } })).toMatchObject({ status: 200 });
  });

  test('304 keeps the validators, and has neither body nor length', async () => {
    const { headers, body } = await ask(files.bucket, '/ten.txt', { headers: { 'if-none-match': ETAG } });
    expect(body).toBe('');
    expect(headers).toMatchObject({ etag: ETAG, 'last-modified': MODIFIED, 'x-amz-version-id': expect.any(String) });
    expect(Object.keys(headers).filter((name) => /^(content-|transfer-)/.test(name))).toEqual([]);
  });

  test.each([
    ['If-Match', OTHER_ETAG],
    ['If-Unmodified-Since', SECOND_BEFORE],
  ])('412 names %s', async (condition, value) => {
    const { body } = await ask(files.bucket, '/ten.txt', { headers: { [condition]: value } });
    expect(body).toContain(
      '<Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message>' +
        `<Condition>${condition}</Condition><RequestId>`,
    );
  });

  test('on a missing key does not matter', async () => {
    expect((await ask(files.bucket, '/missing.txt', { headers: { 'if-match': ETAG } })).status).toBe(403);
  });
});
