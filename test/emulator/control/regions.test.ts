import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlApi, controlApi } from '../../support/control-api.ts';
import { plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { customOrigin, template } from '../../support/template.ts';
import { NOON, STATE } from '../../support/tokens.ts';

let bench: TestBench;
let edge: TestEdge;
let control: ControlApi;
beforeAll(async () => {
  const header = { HeaderName: 'x-edgekeeper-origin', HeaderValue: 'ap-south-1' };
  const Origins = [
    { Id: 'bucket', DomainName: 'films.s3.eu-west-1.amazonaws.com', S3OriginConfig: { OriginAccessIdentity: '' } },
    customOrigin('named', { OriginCustomHeaders: [header] }),
    customOrigin('sa-east-1'),
    customOrigin('nowhere'),
  ];
  bench = await plainBench(
    template({ distribution: { Origins, OriginGroups: { Quantity: 0 } }, behavior: { TargetOriginId: 'bucket' } }),
  );
  edge = await bench.start({ origins: {} });
  control = await controlApi(edge.control);
});
afterAll(() => bench.close());

const regions = async () => JSON.parse((await control('/regions')).body) as { region: string; originIds: string[] }[];
const drainOf = async (state: object) => {
  edge.store.set('state', JSON.stringify({ ...JSON.parse(STATE), ...state }));
  return (await regions()).find(({ region }) => region === 'eu-west-1');
};

test('are known by bucket, by custom header and by id, and where regional edge caches are', async () => {
  const all = await regions();
  const withOrigins = all.filter(({ originIds }) => originIds.length > 0);
  expect(withOrigins.map(({ region, originIds }) => [region, ...originIds])).toEqual([
    ['eu-west-1', 'bucket'],
    ['ap-south-1', 'named'],
    ['sa-east-1', 'sa-east-1'],
  ]);
  expect(all.find(({ region }) => region === 'eu-west-1')).toMatchObject({
    latitude: 53.3,
    isEdgeCache: true,
    drain: null,
  });
});

test.each([
  { state: { drained: { 'eu-west-1': 0 } }, drain: { until: null, isHard: false, reason: null } },
  {
    state: { drained: { 'eu-west-1': NOON + 1 }, hard: ['eu-west-1'] },
    drain: { until: '2026-01-01T12:00:01.000Z', isHard: true, reason: null },
  },
  { state: { drained: { 'eu-west-1': NOON } }, drain: null },
  {
    state: { drained: { 'eu-west-1': 1e300 } },
    drain: { until: '9999-12-31T23:59:59.999Z', isHard: false, reason: null },
  },
  { state: { drained: 7, hard: 'all' }, drain: null },
])('$state is told', async ({ state, drain }) => {
  expect(await drainOf(state)).toMatchObject({ drain });
});

test('say why they are drained', async () => {
  edge.store.set('drain:eu-west-1', '{"reason":"a game day"}');
  expect(await drainOf({ drained: { 'eu-west-1': 0 } })).toMatchObject({ drain: { reason: 'a game day' } });
});
