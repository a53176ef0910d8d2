/** What CloudFront compresses, and how it then describes it. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { decided, documented, type Row } from '../support/rows.ts';
import { type Scripted, type ScriptedEdge, scriptedEdge } from '../support/scripted-origin.ts';
import { template } from '../support/template.ts';

let edge: ScriptedEdge | null = null;
afterEach(() => edge?.close());

const SEE = 'ServingCompressedFiles';

interface Asked {
  readonly accept?: string;
  readonly type?: string;
  readonly bytes?: number;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly gzip?: boolean;
  readonly brotli?: boolean;
  readonly compress?: boolean;
  readonly cachePolicy?: Record<string, unknown>;
}

async function start({ gzip = true, brotli = true, compress = true, cachePolicy = {} }: Asked = {}) {
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

test.each([
  ...documented<Row<Asked, string | undefined>>([
    { request: { accept: 'gzip' }, expected: 'gzip', see: SEE },
    { request: { accept: 'br' }, expected: 'br', see: SEE },
    { request: { accept: 'gzip, deflate, br' }, expected: 'br', see: SEE },
    { request: { accept: 'gzip, br', brotli: false }, expected: 'gzip', see: SEE },
    { request: { accept: 'br', brotli: false }, expected: undefined, see: SEE },
    { request: { accept: 'gzip', gzip: false }, expected: undefined, see: SEE },
    { request: { accept: 'deflate' }, expected: undefined, see: SEE },
    { request: {}, expected: undefined, see: SEE },
    { request: { accept: 'gzip', compress: false }, expected: undefined, see: SEE },
    { request: { accept: 'gzip', cachePolicy: { DefaultTTL: 0, MaxTTL: 0 } }, expected: undefined, see: SEE },
    { request: { accept: 'gzip', bytes: 999 }, expected: undefined, see: SEE },
    { request: { accept: 'gzip', bytes: 1_000 }, expected: 'gzip', see: SEE },
    { request: { accept: 'gzip', bytes: 10_000_000 }, expected: 'gzip', see: SEE },
    { request: { accept: 'gzip', bytes: 10_000_001 }, expected: undefined, see: SEE },
    { request: { accept: 'gzip', type: 'Text/HTML; charset=utf-8' }, expected: 'gzip', see: SEE },
    { request: { accept: 'gzip', type: 'image/png' }, expected: undefined, see: SEE },
    { request: { accept: 'gzip', headers: { 'content-encoding': 'zstd' } }, expected: 'zstd', see: SEE },
    {
      request: { accept: 'gzip', headers: { 'transfer-encoding': 'chunked', 'content-length': '' } },
      expected: undefined,
      see: SEE,
    },
    { request: { accept: 'gzip', status: 404 }, expected: 'gzip', see: SEE },
    { request: { accept: 'gzip', status: 500 }, expected: undefined, see: SEE },
  ]),
  ...decided<Row<Asked, string | undefined>>([
    { request: { accept: 'br;q=0, gzip' }, expected: 'gzip', see: 'fidelity; RFC 9110, 12.5.3' },
  ]),
])('$kind: $request: $expected ($see)', async ({ request, expected }) => {
  const { ask, script } = await start(request);
  const { accept, bytes, headers, type, status = 200 } = request;
  const { headers: described = {}, body } = object(bytes, headers, type);
  const given = Object.fromEntries(Object.entries(described).filter(([, value]) => value !== ''));
  script({ status, headers: given, body: body ?? '' });
  const answer = await ask('/x', { headers: accept === undefined ? {} : { 'accept-encoding': accept } });
  expect({ status: answer.status, encoding: answer.headers['content-encoding'] }).toEqual({
    status,
    encoding: expected,
  });
  const isOurs = expected === 'gzip' || expected === 'br';
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

test.each(
  documented<Row<string, string | undefined>>([
    { request: '"1"', expected: 'W/"1"', see: `${SEE}#compressed-content-cloudfront-etag-header` },
    { request: 'W/"1"', expected: 'W/"1"', see: `${SEE}#compressed-content-cloudfront-etag-header` },
    { request: '1', expected: undefined, see: `${SEE}#compressed-content-cloudfront-etag-header` },
  ]),
)('$kind: the ETag $request becomes $expected, and stays so when confirmed ($see)', async ({ request, expected }) => {
  const { ask, clock, script } = await start();
  const headers = { 'accept-encoding': 'gzip' };
  script(object(2000, { etag: request, 'cache-control': 'max-age=10' }));
  expect((await ask('/x', { headers })).headers.etag).toBe(expected);
  if (expected === undefined) return;
  clock.advance(10_000);
  script({ status: 304, headers: { etag: request }, body: '' });
  const answer = await ask('/x', { headers });
  expect(answer.headers).toMatchObject({
    etag: expected,
    'x-cache': 'RefreshHit from cloudfront',
    'content-encoding': 'gzip',
  });
});

test('a body that breaks off has begun, and is not stored', async () => {
  const { ask, script } = await start();
  script({ ...object(2000, { 'content-length': '3000' }), isCut: true }, object(1000));
  await expect(ask('/x', { headers: { 'accept-encoding': 'gzip' } })).rejects.toThrow('aborted');
  expect((await ask('/x', { headers: { 'accept-encoding': 'gzip' } })).headers['x-cache']).toBe('Miss from cloudfront');
});
