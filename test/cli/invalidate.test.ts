import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { type Operated, operatedFolder } from '../support/operated.ts';
import { template } from '../support/template.ts';

let bench: TestBench;
let edge: TestEdge;
let operated: Operated;
beforeAll(async () => {
  bench = await plainBench(template({ cachePolicy: { ParametersInCacheKeyAndForwardedToOrigin: QUERY } }));
  edge = await bench.start();
  operated = await operatedFolder();
});
afterAll(async () => {
  await bench.close();
  await operated.remove();
});

const QUERY = {
  EnableAcceptEncodingGzip: false,
  EnableAcceptEncodingBrotli: false,
  HeadersConfig: { HeaderBehavior: 'none' },
  CookiesConfig: { CookieBehavior: 'none' },
  QueryStringsConfig: { QueryStringBehavior: 'all' },
};
const STORED = ['/film.mp4', '/film.mp4?a=1', '/private/film.mp4', '/private/films.json'];

beforeEach(async () => {
  await ask(edge.control, '/cache', { method: 'DELETE' });
  for (const target of STORED) await ask(edge.url, target);
});

const isHit = async (target: string) => (await ask(edge.url, target)).headers['x-cache'] === 'Hit from cloudfront';
const SEE = 'invalidation-specifying-objects';

test.each<{ paths: string[]; gone: string[]; see: string }>([
  { paths: ['/film.mp4'], gone: ['/film.mp4'], see: SEE },
  { paths: ['film.mp4'], gone: ['/film.mp4'], see: SEE },
  { paths: ['/film.mp4*'], gone: ['/film.mp4', '/film.mp4?a=1'], see: SEE },
  { paths: ['/film.mp4?a=1'], gone: ['/film.mp4?a=1'], see: SEE },
  { paths: ['/private/film*'], gone: ['/private/film.mp4', '/private/films.json'], see: SEE },
  { paths: ['/private/film.mp4', '/film.mp4'], gone: ['/private/film.mp4', '/film.mp4'], see: SEE },
  { paths: ['/*'], gone: STORED, see: SEE },
  { paths: ['/Film.mp4', '/film', '/private'], gone: [], see: SEE },
])('POST /invalidations of $paths removes $gone', async ({ paths, gone }) => {
  const { status, body } = await ask(edge.control, '/invalidations', {
    method: 'POST',
    body: JSON.stringify({ paths }),
  });
  expect({ status, ...JSON.parse(body) }).toEqual({ status: 200, removed: gone.length });
  const hits = await Promise.all(STORED.map(isHit));
  expect(STORED.filter((_, i) => !hits[i]).sort()).toEqual([...gone].sort());
});

test.each(['{}', '{"paths":[]}', '{"paths":[1]}', '{"paths":[""]}', '{"paths":["/a*b"]}', '{"paths":["/ä"]}', 'x'])(
  'POST /invalidations refuses %s',
  async (body) => {
    const answer = await ask(edge.control, '/invalidations', { method: 'POST', body });
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('ERR_OPTION_INVALID') });
  },
);

test('the command invalidates at the edge that runs here, and says so when none does', async () => {
  expect(await operated.run(['invalidate', '/film.mp4'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('ERR_STORE_UNREACHABLE'),
  });
  operated.announce(edge);
  expect(await operated.run(['invalidate', '/film.mp4', '/private/*'])).toEqual({
    code: 0,
    out: 'Removed 3 objects from the cache.\n',
    err: '',
  });
  expect(await operated.run(['invalidate', '--json', '/film.mp4'])).toMatchObject({ out: '{"removed":0}\n' });
  expect((await operated.run(['invalidate', '/a*b'])).err).toContain('ERR_OPTION_INVALID');
});
