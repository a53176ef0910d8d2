/** What CloudFront compresses, and how it then describes it. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { type Scripted, type ScriptedEdge, scriptedEdge } from '../support/scripted-origin.ts';
import { template } from '../support/template.ts';

let edge: ScriptedEdge | null = null;
afterEach(() => edge?.close());

const SEE = 'ServingCompressedFiles';

interface Row {
  readonly accept?: string;
  readonly type?: string;
  readonly bytes?: number;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly gzip?: boolean;
  readonly brotli?: boolean;
  readonly compress?: boolean;
  readonly cachePolicy?: Record<string, unknown>;
  readonly encoding: string | undefined;
  readonly see: string;
}

async function start({ gzip = true, brotli = true, compress = true, cachePolicy = {} }: Partial<Row> = {}) {
  const key = {
    EnableAcceptEncodingGzip: gzip,
    EnableAcceptEncodingBrotli: brotli,
    HeadersConfig: { HeaderBehavior: 'none' },
    CookiesConfig: { CookieBehavior: 'none' },
    QueryStringsConfig: { QueryStringBehavior: 'none' },
  };
  edge = await scriptedEdge(
    template({
      behavior: { TargetOriginId: 'us-east-1', Compress: compress },
      cachePolicy: { ParametersInCacheKeyAndForwardedToOrigin: key, ...cachePolicy },
    }),
  );
  return edge;
}

const object = (bytes = 2000, headers: Record<string, string> = {}, type = 'text/plain'): Scripted => ({
  headers: { 'content-type': type, 'content-length': String(bytes), ...headers },
  body: 'x'.repeat(bytes),
});

const ROWS: readonly Row[] = [
  { accept: 'gzip', encoding: 'gzip', see: SEE },
  { accept: 'br', encoding: 'br', see: SEE },
  { accept: 'gzip, deflate, br', encoding: 'br', see: SEE },
  { accept: 'gzip, br', brotli: false, encoding: 'gzip', see: SEE },
  { accept: 'br', brotli: false, encoding: undefined, see: SEE },
  { accept: 'gzip', gzip: false, encoding: undefined, see: SEE },
  { accept: 'br;q=0, gzip', encoding: 'gzip', see: 'RFC 9110, 12.5.3' },
  { accept: 'deflate', encoding: undefined, see: SEE },
  { encoding: undefined, see: SEE },
  { accept: 'gzip', compress: false, encoding: undefined, see: SEE },
  { accept: 'gzip', cachePolicy: { DefaultTTL: 0, MaxTTL: 0 }, encoding: undefined, see: SEE },
  { accept: 'gzip', bytes: 999, encoding: undefined, see: SEE },
  { accept: 'gzip', bytes: 1_000, encoding: 'gzip', see: SEE },
  { accept: 'gzip', bytes: 10_000_000, encoding: 'gzip', see: SEE },
  { accept: 'gzip', bytes: 10_000_001, encoding: undefined, see: SEE },
  { accept: 'gzip', type: 'Text/HTML; charset=utf-8', encoding: 'gzip', see: SEE },
  { accept: 'gzip', type: 'image/png', encoding: undefined, see: SEE },
  { accept: 'gzip', headers: { 'content-encoding': 'zstd' }, encoding: 'zstd', see: SEE },
  { accept: 'gzip', headers: { 'transfer-encoding': 'chunked', 'content-length': '' }, encoding: undefined, see: SEE },
  { accept: 'gzip', status: 404, encoding: 'gzip', see: SEE },
  { accept: 'gzip', status: 500, encoding: undefined, see: SEE },
];

test.each(
  ROWS.map(({ encoding, see, ...row }) => ({ row, encoding, title: `${JSON.stringify(row)}: ${encoding} (${see})` })),
)('$title', async ({ row, encoding }) => {
  const { ask, script } = await start(row);
  const { accept, bytes, headers, type, status = 200 } = row;
  const { headers: described = {}, body } = object(bytes, headers, type);
  const given = Object.fromEntries(Object.entries(described).filter(([, value]) => value !== ''));
  script({ status, headers: given, body: body ?? '' });
  const answer = await ask('/x', { headers: accept === undefined ? {} : { 'accept-encoding': accept } });
  expect({ status: answer.status, encoding: answer.headers['content-encoding'] }).toEqual({ status, encoding });
  const isOurs = encoding === 'gzip' || encoding === 'br';
  expect(answer.headers.vary).toBe(isOurs ? 'Accept-Encoding' : undefined);
  if (isOurs) expect(answer.headers['content-length']).toBeUndefined();
});

test('what comes compressed, fresh and from the cache, is the object', async () => {
  const { ask, script } = await start();
  script(object());
  for (const [encoding, decompress] of [
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const) {
    for (const xCache of ['Miss from cloudfront', 'Hit from cloudfront']) {
      const { headers, bytes } = await ask('/x', { headers: { 'accept-encoding': encoding } });
      expect(headers).toMatchObject({ 'x-cache': xCache, 'content-encoding': encoding });
      expect(decompress(bytes).toString()).toBe('x'.repeat(2000));
    }
  }
});

test.each([
  { etag: '"1"', expected: 'W/"1"', see: `${SEE}#compressed-content-cloudfront-etag-header` },
  { etag: 'W/"1"', expected: 'W/"1"', see: `${SEE}#compressed-content-cloudfront-etag-header` },
  { etag: '1', expected: undefined, see: `${SEE}#compressed-content-cloudfront-etag-header` },
])('the ETag $etag becomes $expected, and stays so when the origin confirms it', async ({ etag, expected }) => {
  const { ask, clock, script } = await start();
  const headers = { 'accept-encoding': 'gzip' };
  script(object(2000, { etag, 'cache-control': 'max-age=10' }));
  expect((await ask('/x', { headers })).headers.etag).toBe(expected);
  if (expected === undefined) return;
  clock.advance(10_000);
  script({ status: 304, headers: { etag }, body: '' });
  const answer = await ask('/x', { headers });
  expect(answer.headers).toMatchObject({
    etag: expected,
    'x-cache': 'RefreshHit from cloudfront',
    'content-encoding': 'gzip',
  });
});

test('a body that breaks off is not stored', async () => {
  const { ask, script } = await start();
  script({ ...object(2000, { 'content-length': '3000' }), isCut: true }, object(1000));
  await expect(ask('/x', { headers: { 'accept-encoding': 'gzip' } })).rejects.toThrow();
  expect((await ask('/x', { headers: { 'accept-encoding': 'gzip' } })).headers['x-cache']).toBe('Miss from cloudfront');
});
