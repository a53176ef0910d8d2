/** Which regional buckets a request goes to, and in which order. */
import { beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../../config/parse.ts';
import { type Engine, inEmulator, type Run } from '../../support/engines.ts';
import { viewerRequest } from '../../support/events.ts';
import { config, SETTINGS } from '../../support/settings.ts';
import { NOON, STATE } from '../../support/tokens.ts';
import { inBothEngines, resultOf, scriptOf } from '../../support/verdicts.ts';

interface Case {
  readonly name: string;
  /** AWS region of the regional edge cache. Default: us-east-1. */
  readonly edgeCache?: string;
  readonly drained?: Record<string, unknown>;
  readonly hard?: unknown;
  readonly order: string;
}

function runOf({ edgeCache = 'us-east-1', drained, hard }: Case): Run {
  const state = {
    ...JSON.parse(STATE),
    ...(drained !== undefined && { drained }),
    ...(hard !== undefined && { hard }),
  };
  return { event: viewerRequest(), edgeCache, state: JSON.stringify(state) };
}

/** What the function asks CloudFront for, so that these are asked in turn. */
function originOf(order: string) {
  const regions = order.split(',');
  if (regions.length === 1) return regions[0];
  return {
    originIds: regions.map((originId) => ({ originId })),
    failoverCriteria: { statusCodes: [403, 404, 500, 502, 503, 504] },
  };
}

const OUT = { 'us-east-1': 0 };
const BOTH_OUT = { 'us-east-1': 0, 'eu-west-1': 0 };

const CASES: readonly Case[] = [
  { name: 'at us-east-1', order: 'us-east-1,eu-west-1' },
  { name: 'at eu-central-1', edgeCache: 'eu-central-1', order: 'eu-west-1,us-east-1' },
  { name: 'drained with an open end', drained: OUT, order: 'eu-west-1,us-east-1' },
  { name: 'drained until a second from now', drained: { 'us-east-1': NOON + 1 }, order: 'eu-west-1,us-east-1' },
  { name: 'drained until now', drained: { 'us-east-1': NOON }, order: 'us-east-1,eu-west-1' },
  { name: 'all drained', drained: BOTH_OUT, order: 'us-east-1,eu-west-1' },
  { name: 'all drained, far away', edgeCache: 'eu-central-1', drained: BOTH_OUT, order: 'eu-west-1,us-east-1' },
  { name: 'drained until a text', drained: { 'us-east-1': String(NOON + 1) }, order: 'us-east-1,eu-west-1' },
  { name: 'drained, but not said how long', drained: { 'us-east-1': 'soon' }, order: 'us-east-1,eu-west-1' },
  { name: 'drained hard', drained: OUT, hard: ['us-east-1'], order: 'eu-west-1' },
  {
    name: 'drained hard until now',
    drained: { 'us-east-1': NOON },
    hard: ['us-east-1'],
    order: 'us-east-1,eu-west-1',
  },
  { name: 'hard, but not drained', drained: {}, hard: ['us-east-1'], order: 'us-east-1,eu-west-1' },
  { name: 'another one is hard', drained: OUT, hard: ['eu-west-1'], order: 'eu-west-1,us-east-1' },
  { name: 'all drained, one of them hard', drained: BOTH_OUT, hard: ['us-east-1'], order: 'us-east-1,eu-west-1' },
  {
    name: 'all drained hard',
    drained: BOTH_OUT,
    hard: ['us-east-1', 'eu-west-1'],
    order: 'us-east-1,eu-west-1',
  },
];

function suite(engine: Engine): void {
  test.each(CASES)('$name: $order', async (row) => {
    const { value, origin } = await resultOf(engine, runOf(row));
    expect(origin).toEqual(originOf(row.order));
    expect(value.headers['x-edgekeeper-order']).toEqual({ value: row.order });
  });

  test.each([
    { name: 'nothing said of drained regions', state: JSON.stringify({ keys: {} }) },
    { name: 'state unreadable', state: null },
  ])('$name: as if none were', async ({ state }) => {
    const { origin } = await resultOf(engine, { event: viewerRequest(), edgeCache: 'eu-central-1', state });
    expect(origin).toEqual(originOf('eu-west-1,us-east-1'));
  });

  describe('of three regions', () => {
    const settings = parseConfig({
      ...SETTINGS,
      regions: [...SETTINGS.regions, { region: 'ap-southeast-2', originId: 'ap-southeast-2' }],
    });

    test.each<Omit<Case, 'edgeCache'>>([
      { name: 'none drained', order: 'ap-southeast-2,eu-west-1' },
      { name: 'the nearest drained', drained: { 'ap-southeast-2': 0 }, order: 'eu-west-1,us-east-1' },
      {
        name: 'the nearest drained hard',
        drained: { 'ap-southeast-2': 0 },
        hard: ['ap-southeast-2'],
        order: 'eu-west-1,us-east-1',
      },
      { name: 'two drained', drained: { 'ap-southeast-2': 0, 'eu-west-1': 0 }, order: 'us-east-1,ap-southeast-2' },
      {
        name: 'two drained, the nearer one hard',
        drained: { 'ap-southeast-2': 0, 'eu-west-1': 0 },
        hard: ['ap-southeast-2'],
        order: 'us-east-1,eu-west-1',
      },
    ])('the two nearest make up the origin group: $name', async (row) => {
      const run = runOf({ ...row, edgeCache: 'ap-southeast-1' });
      const [result] = await engine(await scriptOf(settings), [run]);
      expect(result?.origin).toEqual(originOf(row.order));
      expect(result?.value.headers['x-edgekeeper-order']).toEqual({ value: row.order });
    });
  });
}

inBothEngines(suite);

describe('when routing fails', () => {
  let script: string;
  beforeAll(async () => {
    script = await scriptOf(config());
  });

  test('the request goes on to the static origin group', async () => {
    const broken = script.replace('createRequestOriginGroup', 'noSuchFunction');
    const [result] = await inEmulator(broken, [{ event: viewerRequest() }]);
    expect(result).toMatchObject({ value: { uri: '/' }, origin: null });
    expect(result?.value.headers).not.toHaveProperty('x-edgekeeper-order');
  });
});
