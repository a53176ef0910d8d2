/** What is stored under which key, for how long, and what is answered from it. */
import { describe, expect, test } from 'vitest';
import { cacheSeconds } from '../../emulator/cache-time.ts';
import type { CachePolicy } from '../../emulator/distribution.ts';
import type { EdgeRequest } from '../../emulator/exchange.ts';
import type { HeaderLines } from '../../emulator/headers.ts';
import { cacheKeyOf } from '../../emulator/stages/05-cache-lookup.ts';
import { storedAnswer } from '../../emulator/stored-answer.ts';
import { NOON } from '../support/tokens.ts';

const NOW = NOON * 1000;
const NONE = { behavior: 'none', names: [] } as const;
const POLICY: CachePolicy = {
  headers: NONE,
  cloudFrontHeaders: [],
  cookies: NONE,
  queryStrings: NONE,
  minTtl: 5,
  defaultTtl: 100,
  maxTtl: 1000,
  gzip: true,
  brotli: true,
};

const asking = (headers: HeaderLines = [], method = 'GET'): EdgeRequest => ({
  id: 'x',
  scheme: 'https',
  httpVersion: '1.1',
  method,
  uri: '/ten.txt',
  query: undefined,
  headers,
  viewerIp: '127.0.0.1',
  body: null,
});

describe('the time in the cache', () => {
  test.each<{ status?: number; control?: string; expires?: string; minTtl?: number; seconds: number }>([
    { seconds: 100 },
    { control: 'max-age=50', seconds: 50 },
    { control: 'max-age=4', seconds: 5 },
    { control: 'max-age=1001', seconds: 1000 },
    { control: 'max-age=50, S-MaxAge="60"', seconds: 60 },
    { control: 'x-max-age=50', seconds: 100 },
    { control: 'no-store', seconds: 5 },
    { control: 'no-store', minTtl: 0, seconds: 0 },
    { control: 'max-age=50, private="set-cookie"', seconds: 5 },
    { control: 'max-age=50, No-Cache', seconds: 5 },
    { expires: 'Thu, 01 Jan 2026 12:00:50 GMT', seconds: 50 },
    { expires: 'Thu, 01 Jan 2026 11:00:00 GMT', minTtl: 0, seconds: 0 },
    { expires: 'never', minTtl: 0, seconds: 0 },
    { control: 'max-age=50', expires: 'never', seconds: 50 },
    ...[404, 414, 500, 501, 502, 503, 504].map((status) => ({ status, seconds: 10 })),
    ...[400, 403, 405, 412, 415, 410, 416, 429].map((status) => ({ status, seconds: 0 })),
    ...[400, 403, 405, 412, 415].map((status) => ({ status, control: 'max-age=50', seconds: 50 })),
    ...[410, 416, 429].map((status) => ({ status, control: 'max-age=50', seconds: 0 })),
    ...[404, 414, 501].map((status) => ({ status, control: 'no-store', seconds: 0 })),
    { status: 503, control: 'no-store', seconds: 10 },
    { status: 404, control: 'max-age=9', seconds: 10 },
    { status: 404, control: 'max-age=50', seconds: 50 },
  ])('$status $control $expires, at least $minTtl: $seconds', ({ status = 200, control, expires, minTtl, seconds }) => {
    const headers: HeaderLines = [];
    if (control !== undefined) headers.push(['cache-control', control]);
    if (expires !== undefined) headers.push(['expires', expires]);
    expect(cacheSeconds(status, headers, { ...POLICY, ...(minTtl !== undefined && { minTtl }) }, NOW)).toBe(seconds);
  });
});

describe('the cache key', () => {
  const key = (encodings: string, policy = POLICY, method = 'GET') =>
    cacheKeyOf(asking([['accept-encoding', encodings]], method), policy);

  test.each([
    { name: 'HEAD', other: key('', POLICY, 'HEAD'), same: true },
    { name: 'OPTIONS', other: key('', POLICY, 'OPTIONS'), same: false },
    { name: 'gzip', other: key('gzip'), same: false },
    { name: 'br', other: key('deflate, br'), same: false },
    { name: 'gzip with q=0', other: key('gzip;q=0, br; q=0.0'), same: true },
    { name: 'gzip with q=0.1', other: key('gzip;q=0.1'), same: false },
    { name: 'xgzip', other: key('x-gzip, brx'), same: true },
    { name: 'deflate', other: key('deflate'), same: true },
    { name: 'gzip that is off', other: key('gzip', { ...POLICY, gzip: false }), same: true },
    { name: 'br that is off', other: key('br', { ...POLICY, brotli: false }), same: true },
  ])('of $name is that of GET: $same', ({ other, same }) => {
    expect(other === key('')).toBe(same);
  });
});

describe('an answer from the cache', () => {
  const MODIFIED = 'Thu, 01 Jan 2026 10:00:00 GMT';
  const stored = (status: number) => ({
    status,
    headers: [
      ['etag', '"1"'],
      ['last-modified', MODIFIED],
      ['content-length', '10'],
      ['content-type', 'text/plain'],
    ] as HeaderLines,
    body: Buffer.from('0123456789'),
    storedAt: NOW,
  });
  const answer = (headers: HeaderLines, status = 200) => {
    const response = stored(status);
    return storedAnswer(response, response.headers, asking(headers));
  };

  test.each<{ asked: HeaderLines; status: number; body?: string }>([
    { asked: [], status: 200, body: '0123456789' },
    { asked: [['if-none-match', '"1"']], status: 304 },
    { asked: [['if-none-match', 'W/"1"']], status: 304 },
    { asked: [['if-none-match', '"0", "1"']], status: 304 },
    { asked: [['if-none-match', '*']], status: 304 },
    { asked: [['if-none-match', '"2"']], status: 200, body: '0123456789' },
    { asked: [['if-modified-since', MODIFIED]], status: 304 },
    { asked: [['if-modified-since', 'Thu, 01 Jan 2026 09:59:59 GMT']], status: 200, body: '0123456789' },
    {
      asked: [
        ['if-none-match', '"2"'],
        ['if-modified-since', MODIFIED],
      ],
      status: 200,
      body: '0123456789',
    },
    { asked: [['range', 'bytes=2-4']], status: 206, body: '234' },
    {
      asked: [
        ['range', 'bytes=2-4'],
        ['if-range', '"1"'],
      ],
      status: 206,
      body: '234',
    },
    {
      asked: [
        ['range', 'bytes=2-4'],
        ['if-range', MODIFIED],
      ],
      status: 206,
      body: '234',
    },
    {
      asked: [
        ['range', 'bytes=2-4'],
        ['if-range', '"2"'],
      ],
      status: 200,
      body: '0123456789',
    },
    { asked: [['range', 'bytes=10-']], status: 416 },
  ])('to $asked: $status $body', ({ asked, status, body }) => {
    const given = answer(asked);
    expect({ status: given.status, body: given.body?.toString() }).toEqual({ status, body });
    const describesBody = given.headers.filter(([name]) => name.startsWith('content-') && name !== 'content-range');
    expect(describesBody).toHaveLength(body === undefined ? 0 : 2);
    if (body !== undefined) expect(given.headers).toContainEqual(['content-length', String(body.length)]);
  });

  test.each<{ range: string; ranges: string[] | null; see: string }>([
    { range: 'bytes=0-1,4-5', ranges: ['bytes 0-1/10', 'bytes 4-5/10'], see: 'RangeGETs' },
    { range: 'bytes=0-1, 2-3,-2', ranges: ['bytes 0-1/10', 'bytes 2-3/10', 'bytes 8-9/10'], see: 'RangeGETs' },
    { range: 'bytes=0-1,1-2', ranges: null, see: 'RangeGETs' },
    { range: 'bytes=4-5,0-1', ranges: null, see: 'RangeGETs' },
    { range: 'bytes=0-1,x', ranges: null, see: 'RFC 9110, 14.2' },
    { range: 'bytes=0-1,', ranges: null, see: 'RFC 9110, 14.2' },
    { range: 'bytes=8-9,20-', ranges: ['bytes 8-9/10'], see: 'RFC 9110, 14.1.2' },
  ])('to $range: $ranges ($see)', ({ range, ranges }) => {
    const { status, headers, body } = answer([['range', range]]);
    const text = `${body}`;
    const single = headers.find(([name]) => name === 'content-range')?.[1];
    const shown =
      single === undefined ? [...text.matchAll(/Content-Range: (.*)\r/g)].map((match) => match[1]) : [single];
    expect({ status, ranges: shown }).toEqual(ranges === null ? { status: 200, ranges: [] } : { status: 206, ranges });
    expect(headers).toContainEqual(['content-length', String(text.length)]);
  });

  test('that has several parts is multipart/byteranges (RFC 9110, 14.6)', () => {
    const { headers, body } = answer([['range', 'bytes=0-1,4-5']]);
    const boundary = /boundary=(\w+)$/.exec(headers.find(([name]) => name === 'content-type')?.[1] ?? '')?.[1];
    const head = (range: string) =>
      `\r\n--${boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes ${range}/10\r\n\r\n`;
    expect(`${body}`).toBe(`${head('0-1')}01${head('4-5')}45\r\n--${boundary}--\r\n`);
  });

  test('that is an error is whole', () => {
    expect(answer([['range', 'bytes=2-4']], 404).status).toBe(404);
    expect(answer([['if-none-match', '"1"']], 404).body?.toString()).toBe('0123456789');
  });
});
