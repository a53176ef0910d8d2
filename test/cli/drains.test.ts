import { describe, expect, test } from 'vitest';
import { listedRegion, withDrain, withoutDrain } from '../../cli/drains.ts';
import { storeState } from '../../cli/store/store-state.ts';
import type { Drains } from '../../shared/state.ts';
import { SETTINGS } from '../support/settings.ts';
import { NOON } from '../support/tokens.ts';

const drainIn = (drains: Drains, options: { hard?: boolean; force?: boolean } = {}) =>
  withDrain({ keys: {}, ...drains }, SETTINGS.regions, 'eu-west-1', NOON + 60, options, NOON);

describe('a drain', () => {
  test.each([
    { name: 'nothing said', before: {}, after: { drained: { 'eu-west-1': NOON + 60 }, hard: [] } },
    {
      name: 'another time',
      before: { drained: { 'eu-west-1': 0 }, hard: ['eu-west-1'] },
      after: { drained: { 'eu-west-1': NOON + 60 }, hard: [] },
    },
    {
      name: 'what has ended goes',
      before: { drained: { 'us-east-1': NOON }, hard: ['us-east-1'] },
      after: { drained: { 'eu-west-1': NOON + 60 }, hard: [] },
    },
    { name: 'what else is there stays', before: { more: 1 }, after: { drained: { 'eu-west-1': NOON + 60 }, more: 1 } },
  ])('over a state: $name', ({ before, after }) => {
    expect(drainIn(before)).toMatchObject(after);
  });

  test.each([
    { name: 'for a second more', drained: { 'us-east-1': NOON + 1 } },
    { name: 'until further notice', drained: { 'us-east-1': 0 } },
  ])('of the last region needs force: the other is drained $name', ({ drained }) => {
    expect(() => drainIn({ drained })).toThrow('region: expected another region that is not drained');
    expect(drainIn({ drained }, { force: true }).drained).toEqual({ ...drained, 'eu-west-1': NOON + 60 });
  });

  test('that is hard is in both lists, and leaves both', () => {
    const state = drainIn({ drained: { 'sa-east-1': 0 }, hard: ['sa-east-1'] }, { hard: true });
    expect(state.hard).toEqual(['sa-east-1', 'eu-west-1']);
    expect(withoutDrain(state, 'eu-west-1')).toEqual({ keys: {}, drained: { 'sa-east-1': 0 }, hard: ['sa-east-1'] });
  });
});

describe('a region', () => {
  const note = JSON.stringify({ reason: 'bell\u0007', by: 'health', since: '2026-01-01T12:00:00Z' });
  const said = { reason: 'bell ', by: 'health', since: '2026-01-01T12:00:00Z' };
  const nothing = { reason: null, by: null, since: null };

  test.each([
    { until: 0, note, state: 'drained', more: { until: null, ...said } },
    { until: NOON + 1, note, state: 'drained', more: { until: '2026-01-01T12:00:01.000Z', ...said } },
    { until: NOON, note, state: 'open', more: { until: null, ...nothing } },
    { until: 0, hard: ['eu-west-1'], note, state: 'drained hard', more: said },
    { until: undefined, hard: ['eu-west-1'], note, state: 'open', more: nothing },
    { until: 0, note: undefined, state: 'drained', more: nothing },
    { until: 0, note: 'no JSON', state: 'drained', more: nothing },
    { until: 0, note: '{"reason":1,"by":{}}', state: 'drained', more: nothing },
  ])('drained until $until, hard: $hard, with $note is $state', ({ until, hard, note, state, more }) => {
    const drains = { ...(until !== undefined && { drained: { 'eu-west-1': until } }), ...(hard && { hard }) };
    expect(listedRegion('eu-west-1', drains, note, NOON)).toMatchObject({ region: 'eu-west-1', state, ...more });
  });
});

test.each([{ drained: [] }, { drained: 'x' }, { hard: {} }, { drained: null, hard: 1 }])(
  'a state with %j is none',
  (drains) => {
    expect(() => storeState(JSON.stringify({ keys: {}, ...drains }), 'the store')).toThrow(
      'the store: expected a JSON',
    );
  },
);
