/** `Vary` of an origin's answer: what of it viewers see, and what `*` does to the cache. */
import { afterEach, expect, test } from 'vitest';
import { decided, documented, type Row } from '../support/rows.ts';
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

interface Sent {
  readonly vary: string;
  readonly minTtl?: number;
}
/** `asked`: how often the origin is. */
interface Expected {
  readonly vary: string | undefined;
  readonly asked: number;
}

test.each([
  ...documented<Row<Sent, Expected>>([
    { request: { vary: 'Accept-Encoding' }, expected: { vary: 'Accept-Encoding', asked: 1 }, see: SEE },
    { request: { vary: 'Cookie, User-Agent' }, expected: { vary: 'Cookie', asked: 1 }, see: SEE },
    { request: { vary: 'accept-language, X-Other' }, expected: { vary: 'accept-language', asked: 1 }, see: SEE },
    { request: { vary: 'User-Agent' }, expected: { vary: undefined, asked: 1 }, see: SEE },
    { request: { vary: '*', minTtl: 1 }, expected: { vary: undefined, asked: 1 }, see: SEE },
  ]),
  // That the origin is asked each time is documented; what the viewer sees is not.
  ...decided<Row<Sent, Expected>>([
    { request: { vary: '*' }, expected: { vary: '*', asked: 2 }, see: `fidelity; ${SEE}` },
  ]),
])('$kind: $request: $expected ($see)', async ({ request: { vary, minTtl }, expected }) => {
  const { ask, script, received } = await start(minTtl);
  script({ headers: { vary, etag: '"1"', 'cache-control': 'max-age=60' }, body: 'x' });
  const answers = [await ask('/x'), await ask('/x', { headers: { 'if-none-match': '"1"' } })];
  expect(answers.map(({ headers }) => headers.vary)).toEqual([expected.vary, expected.vary]);
  const conditions = edge?.received.map(({ headers }) => headers['if-none-match']);
  expect(conditions).toEqual(new Array(expected.asked).fill(undefined));
  expect(received).toEqual([]);
});

test('an object that varies by all is served when the origin fails', async () => {
  const { ask, script } = await start();
  script({ headers: { vary: '*', 'cache-control': 'max-age=60' }, body: 'old' }, { status: 500 });
  await ask('/x');
  expect(await ask('/x')).toMatchObject({ status: 200, body: 'old' });
});
