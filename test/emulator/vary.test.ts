/** `Vary` of an origin's answer: what of it viewers see, and what `*` does to the cache. */
import { afterEach, expect, test } from 'vitest';
import { type ScriptedEdge, scriptedEdge } from '../support/scripted-origin.ts';
import { template } from '../support/template.ts';

let edge: ScriptedEdge | null = null;
afterEach(() => edge?.close());

const KEY = {
  EnableAcceptEncodingGzip: false,
  EnableAcceptEncodingBrotli: false,
  HeadersConfig: { HeaderBehavior: 'whitelist', Headers: ['Accept-Language'] },
  CookiesConfig: { CookieBehavior: 'none' },
  QueryStringsConfig: { QueryStringBehavior: 'none' },
};

const start = async (MinTTL = 0) => {
  edge = await scriptedEdge(
    template({
      behavior: { TargetOriginId: 'us-east-1' },
      cachePolicy: { MinTTL, ParametersInCacheKeyAndForwardedToOrigin: KEY },
    }),
  );
  return edge;
};

const SEE = 'RequestAndResponseBehaviorCustomOrigin#ResponseCustomContentNegotiation';

test.each<{ vary: string; minTtl?: number; expected: string | undefined; asked: number; see: string }>([
  { vary: 'Accept-Encoding', expected: 'Accept-Encoding', asked: 1, see: SEE },
  { vary: 'Cookie, User-Agent', expected: 'Cookie', asked: 1, see: SEE },
  { vary: 'accept-language, X-Other', expected: 'accept-language', asked: 1, see: SEE },
  { vary: 'User-Agent', expected: undefined, asked: 1, see: SEE },
  { vary: '*', expected: '*', asked: 2, see: SEE },
  { vary: '*', minTtl: 1, expected: undefined, asked: 1, see: SEE },
])(
  '$vary, minimum TTL $minTtl: $expected, the origin asked $asked times',
  async ({ vary, minTtl, expected, asked }) => {
    const { ask, script, received } = await start(minTtl);
    script({ headers: { vary, etag: '"1"', 'cache-control': 'max-age=60' }, body: 'x' });
    const answers = [await ask('/x'), await ask('/x', { headers: { 'if-none-match': '"1"' } })];
    expect(answers.map(({ headers }) => headers.vary)).toEqual([expected, expected]);
    expect(edge?.received.map(({ headers }) => headers['if-none-match'])).toEqual(new Array(asked).fill(undefined));
    expect(received).toEqual([]);
  },
);

test('an object that varies by all is served when the origin fails', async () => {
  const { ask, script } = await start();
  script({ headers: { vary: '*', 'cache-control': 'max-age=60' }, body: 'old' }, { status: 500 });
  await ask('/x');
  expect(await ask('/x')).toMatchObject({ status: 200, body: 'old' });
});
