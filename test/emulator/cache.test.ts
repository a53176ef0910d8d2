/** What is stored under which key, for how long, and what is answered from it. */
import { describe, expect, test } from 'vitest';
import { cacheSeconds } from '../../emulator/cache-time.ts';
import type { CachePolicy } from '../../emulator/distribution.ts';
import type { EdgeRequest } from '../../emulator/exchange.ts';
import type { HeaderLines } from '../../emulator/headers.ts';
import { cacheKeyOf } from '../../emulator/stages/05-cache-lookup.ts';
import { storedAnswer } from '../../emulator/stored-answer.ts';
import { decided, documented, type Row } from '../support/rows.ts';
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
  interface Stored {
    readonly status?: number;
    readonly control?: string;
    readonly expires?: string;
    readonly minTtl?: number;
  }
  /** Expected: seconds. */
  const ofEach = (statuses: readonly number[], control: string | undefined, expected: number): Row<Stored, number>[] =>
    statuses.map((status) => ({ request: { status, ...(control && { control }) }, expected, see: '7.3' }));

  test.each(
    documented<Row<Stored, number>>([
      { request: {}, expected: 100, see: '7.2' },
      { request: { control: 'max-age=50' }, expected: 50, see: '7.2' },
      { request: { control: 'max-age=4' }, expected: 5, see: '7.2' },
      { request: { control: 'max-age=1001' }, expected: 1000, see: '7.2' },
      { request: { control: 'max-age=50, S-MaxAge="60"' }, expected: 60, see: '7.2' },
      { request: { control: 'x-max-age=50' }, expected: 100, see: '7.2' },
      { request: { control: 'no-store' }, expected: 5, see: '7.2' },
      { request: { control: 'no-store', minTtl: 0 }, expected: 0, see: '7.2' },
      { request: { control: 'max-age=50, private="set-cookie"' }, expected: 5, see: '7.2' },
      { request: { control: 'max-age=50, No-Cache' }, expected: 5, see: '7.2' },
      { request: { expires: 'Thu, 01 Jan 2026 12:00:50 GMT' }, expected: 50, see: '7.2' },
      { request: { expires: 'Thu, 01 Jan 2026 11:00:00 GMT', minTtl: 0 }, expected: 0, see: '7.2' },
      { request: { expires: 'never', minTtl: 0 }, expected: 0, see: 'RFC 9111, 5.3' },
      { request: { control: 'max-age=50', expires: 'never' }, expected: 50, see: '7.2' },
      ...ofEach([404, 414, 500, 501, 502, 503, 504], undefined, 10),
      ...ofEach([400, 403, 405, 412, 415, 410, 416, 429], undefined, 0),
      ...ofEach([400, 403, 405, 412, 415], 'max-age=50', 50),
      ...ofEach([410, 416, 429], 'max-age=50', 0),
      ...ofEach([404, 414, 501], 'no-store', 0),
      ...ofEach([503], 'no-store', 10),
      ...ofEach([404], 'max-age=9', 10),
      ...ofEach([404], 'max-age=50', 50),
    ]),
  )('$kind: of $request is $expected s ($see)', ({ request, expected }) => {
    const { status = 200, control, expires, minTtl } = request;
    const headers: HeaderLines = [];
    if (control !== undefined) headers.push(['cache-control', control]);
    if (expires !== undefined) headers.push(['expires', expires]);
    expect(cacheSeconds(status, headers, { ...POLICY, ...(minTtl !== undefined && { minTtl }) }, NOW)).toBe(expected);
  });
});

describe('the cache key', () => {
  interface Asking {
    readonly method?: string;
    readonly accept?: string;
    readonly policy?: Partial<CachePolicy>;
  }
  const key = ({ method = 'GET', accept = '', policy = {} }: Asking) =>
    cacheKeyOf(asking([['accept-encoding', accept]], method), { ...POLICY, ...policy });

  test.each([
    ...documented<Row<Asking, boolean>>([
      { request: { method: 'HEAD' }, expected: true, see: '7.1' },
      { request: { method: 'OPTIONS' }, expected: false, see: '7.1' },
      { request: { accept: 'gzip' }, expected: false, see: '7.1' },
      { request: { accept: 'deflate, br' }, expected: false, see: '7.1' },
      { request: { accept: 'gzip;q=0.1' }, expected: false, see: 'RFC 9110, 12.5.3' },
      { request: { accept: 'x-gzip, brx' }, expected: true, see: '7.1' },
      { request: { accept: 'deflate' }, expected: true, see: '7.1' },
      { request: { accept: 'gzip', policy: { gzip: false } }, expected: true, see: '7.1' },
      { request: { accept: 'br', policy: { brotli: false } }, expected: true, see: '7.1' },
    ]),
    ...decided<Row<Asking, boolean>>([
      { request: { accept: 'gzip;q=0, br; q=0.0' }, expected: true, see: 'fidelity; RFC 9110, 12.5.3' },
    ]),
  ])('$kind: of $request is that of GET: $expected ($see)', ({ request, expected }) => {
    expect(key(request) === key({})).toBe(expected);
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

  type Asked = Readonly<Record<string, string>>;
  const WHOLE = { status: 200, body: '0123456789' };
  const PART = { status: 206, body: '234' };
  const NOT_MODIFIED = { status: 304 };
  const range = 'bytes=2-4';

  test.each(
    documented<Row<Asked, { status: number; body?: string }>>([
      { request: {}, expected: WHOLE, see: '7.1' },
      { request: { 'if-none-match': '"1"' }, expected: NOT_MODIFIED, see: 'RFC 9110, 13.1.2' },
      { request: { 'if-none-match': 'W/"1"' }, expected: NOT_MODIFIED, see: 'RFC 9110, 13.1.2' },
      { request: { 'if-none-match': '"0", "1"' }, expected: NOT_MODIFIED, see: 'RFC 9110, 13.1.2' },
      { request: { 'if-none-match': '*' }, expected: NOT_MODIFIED, see: 'RFC 9110, 13.1.2' },
      { request: { 'if-none-match': '"2"' }, expected: WHOLE, see: 'RFC 9110, 13.1.2' },
      { request: { 'if-modified-since': MODIFIED }, expected: NOT_MODIFIED, see: 'RFC 9110, 13.1.3' },
      {
        request: { 'if-modified-since': 'Thu, 01 Jan 2026 09:59:59 GMT' },
        expected: WHOLE,
        see: 'RFC 9110, 13.1.3',
      },
      { request: { 'if-none-match': '"2"', 'if-modified-since': MODIFIED }, expected: WHOLE, see: 'RFC 9110, 13.2.2' },
      { request: { range }, expected: PART, see: 'RangeGETs' },
      { request: { range, 'if-range': '"1"' }, expected: PART, see: 'RFC 9110, 13.1.5' },
      { request: { range, 'if-range': MODIFIED }, expected: PART, see: 'RFC 9110, 13.1.5' },
      { request: { range, 'if-range': '"2"' }, expected: WHOLE, see: 'RFC 9110, 13.1.5' },
      { request: { range: 'bytes=10-' }, expected: { status: 416 }, see: 'RFC 9110, 14.1.2' },
    ]),
  )('$kind: to $request: $expected ($see)', ({ request, expected }) => {
    const { body } = expected;
    const given = answer(Object.entries(request));
    expect({ status: given.status, body: given.body?.toString() }).toEqual(expected);
    const describesBody = given.headers.filter(([name]) => name.startsWith('content-') && name !== 'content-range');
    expect(describesBody).toHaveLength(body === undefined ? 0 : 2);
    if (body !== undefined) expect(given.headers).toContainEqual(['content-length', String(body.length)]);
  });

  /** Expected: the parts; null: the whole. */
  test.each(
    documented<Row<string, readonly string[] | null>>([
      { request: 'bytes=0-1,4-5', expected: ['0-1', '4-5'], see: 'RangeGETs' },
      { request: 'bytes=0-1, 2-3,-2', expected: ['0-1', '2-3', '8-9'], see: 'RangeGETs' },
      { request: 'bytes=0-1,1-2', expected: null, see: 'RangeGETs' },
      { request: 'bytes=4-5,0-1', expected: null, see: 'RangeGETs' },
      { request: 'bytes=0-1,x', expected: null, see: 'RFC 9110, 14.2' },
      { request: 'bytes=0-1,', expected: null, see: 'RFC 9110, 14.2' },
      { request: 'bytes=8-9,20-', expected: ['8-9'], see: 'RFC 9110, 14.1.2' },
    ]),
  )('$kind: to $request: $expected ($see)', ({ request, expected }) => {
    const { status, headers, body } = answer([['range', request]]);
    const text = `${body}`;
    const single = headers.find(([name]) => name === 'content-range')?.[1];
    const shown =
      single === undefined ? [...text.matchAll(/Content-Range: (.*)\r/g)].map((match) => match[1]) : [single];
    const ranges = expected?.map((part) => `bytes ${part}/10`) ?? [];
    expect({ status, ranges: shown }).toEqual({ status: expected === null ? 200 : 206, ranges });
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
