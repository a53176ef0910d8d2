import { describe, expect, test } from 'vitest';
import type { Health } from '../../../shared/config.ts';
import { decidedDrains, healthDecisions, type Probed } from '../../../shared/failover/health.ts';
import type { Drains } from '../../../shared/state.ts';
import { NOON } from '../../support/tokens.ts';

const HEALTH: Health = {
  canary: '/health.txt',
  probes: 5,
  threshold: 4,
  intervalSeconds: 5,
  timeoutSeconds: 2,
  everySeconds: 60,
  holdSeconds: 300,
  drainSeconds: 900,
};

const HERE = 'us-east-1';
const THERE = 'eu-west-1';

/** Of five probes, so many succeeded and so many failed. */
function seen(region: string, succeeded: number, failed: number): Probed {
  return { region, succeeded, failed, failure: failed > 0 ? '503' : null };
}

function at(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

const own = (since: number, times = 1, until = NOON + 600) => ({
  reason: 'failed',
  by: 'health',
  since: at(since),
  times,
  until,
});

/** What is done, as `<action> <region>`. */
function done(probed: Probed[], drains: Drains = {}, notes: Record<string, unknown> = {}, now = NOON): string[] {
  return healthDecisions(probed, drains, notes, HEALTH, now).map(({ action, region }) => `${action} ${region}`);
}

describe('a region is drained', () => {
  test.each([
    ['at the threshold of failures', [seen(HERE, 1, 4), seen(THERE, 5, 0)], [`drain ${HERE}`]],
    ['with every probe failed', [seen(HERE, 0, 5), seen(THERE, 5, 0)], [`drain ${HERE}`]],
    ['not below it', [seen(HERE, 2, 3), seen(THERE, 5, 0)], []],
    ['not for probes that tell nothing', [seen(HERE, 0, 3), seen(THERE, 5, 0)], []],
    ['while the other answers at the threshold', [seen(HERE, 0, 5), seen(THERE, 4, 1)], [`drain ${HERE}`]],
    ['not while the other does not', [seen(HERE, 0, 5), seen(THERE, 3, 2)], []],
    ['not while nothing is known of the other', [seen(HERE, 0, 5), seen(THERE, 0, 0)], []],
    ['not when all fail', [seen(HERE, 0, 5), seen(THERE, 0, 5)], []],
    [
      'with another that fails, when a third is left',
      [seen(HERE, 0, 5), seen('ap-south-1', 0, 5), seen(THERE, 5, 0)],
      [`drain ${HERE}`, 'drain ap-south-1'],
    ],
  ])('%s', (_, probed, expected) => {
    expect(done(probed)).toEqual(expected);
  });

  test.each([
    ['the last that is not drained', { drained: { [THERE]: 0 } }, []],
    ['the last, beside one that is drained for a while', { drained: { [THERE]: NOON + 1 } }, []],
    ['one of two, when the drain of the other has ended', { drained: { [THERE]: NOON } }, [`drain ${HERE}`]],
  ])('never %s', (_, drains, expected) => {
    expect(done([seen(HERE, 0, 5), seen(THERE, 5, 0)], drains)).toEqual(expected);
  });

  test('until it ends by itself, with the reason', () => {
    expect(healthDecisions([seen(HERE, 1, 4), seen(THERE, 5, 0)], {}, {}, HEALTH, NOON)).toEqual([
      {
        region: HERE,
        action: 'drain',
        until: NOON + 900,
        note: { reason: '4 of 5 probes failed (503)', by: 'health', since: at(NOON), times: 1, until: NOON + 900 },
      },
    ]);
  });
});

describe('a region that the prober drained', () => {
  const up = [seen(HERE, 4, 1), seen(THERE, 5, 0)];
  const drains = { drained: { [HERE]: NOON + 600 } };

  test.each([
    ['is restored at the threshold of successes, when it was held long enough', up, NOON - 300, [`restore ${HERE}`]],
    ['is held until then', up, NOON - 299, []],
    ['is held with fewer successes', [seen(HERE, 3, 2), seen(THERE, 5, 0)], NOON - 300, []],
    ['is restored at once when no other answers', [seen(HERE, 4, 1), seen(THERE, 0, 5)], NOON - 1, [`restore ${HERE}`]],
    ['is held when none answers, itself neither', [seen(HERE, 3, 2), seen(THERE, 0, 5)], NOON - 300, []],
  ])('%s', (_, probed, since, expected) => {
    expect(done(probed, drains, { [HERE]: own(since) })).toEqual(expected);
  });

  test.each([
    ['half of its time', NOON + 450, [`renew ${HERE}`]],
    ['more', NOON + 451, []],
  ])('is drained again for the whole time with %s left', (_, until, expected) => {
    const probed = [seen(HERE, 0, 5), seen(THERE, 5, 0)];
    expect(done(probed, { drained: { [HERE]: until } }, { [HERE]: own(NOON - 450, 1, until) })).toEqual(expected);
    const [renewed] = healthDecisions(
      probed,
      { drained: { [HERE]: until } },
      { [HERE]: own(NOON - 450, 1, until) },
      HEALTH,
      NOON,
    );
    if (renewed !== undefined)
      expect(renewed).toMatchObject({ until: NOON + 900, note: own(NOON - 450, 1, NOON + 900) });
  });

  test.each([
    [1, 300],
    [2, 600],
    [3, 1200],
    [5, 4800],
    [6, 4800],
  ])('is held longer the more often it relapses: the %ith time %i seconds', (times, held) => {
    const note = (since: number) => ({ [HERE]: own(since, times) });
    expect(done(up, drains, note(NOON - held))).toEqual([`restore ${HERE}`]);
    expect(done(up, drains, note(NOON - held + 1))).toEqual([]);
  });
});

describe('a drain of a person', () => {
  const byHand = { reason: 'maintenance', by: 'ann', since: at(NOON - 9000) };
  const bothUp = [seen(HERE, 5, 0), seen(THERE, 5, 0)];
  const down = [seen(HERE, 0, 5), seen(THERE, 5, 0)];
  const drains = { drained: { [HERE]: NOON + 600 } };

  test.each([
    ['of the region', bothUp, { drained: { [HERE]: NOON + 1 } }, byHand],
    ['until further notice', bothUp, { drained: { [HERE]: 0 } }, own(NOON - 9000)],
    ['with another end than the prober wrote', bothUp, drains, own(NOON - 9000, 1, NOON + 599)],
    ['over one of the prober that has ended', bothUp, drains, own(NOON - 9000, 1, NOON - 8100)],
    ['over one of the prober, of a region that fails', down, { drained: { [HERE]: NOON + 1 } }, own(NOON - 9000)],
    ['without a note', bothUp, { drained: { [HERE]: NOON + 1 } }, undefined],
    ['with a note that is none', bothUp, { drained: { [HERE]: NOON + 1 } }, { ...own(0, 1, NOON + 1), since: 'soon' }],
    ['of a region that fails', [seen(HERE, 0, 5), seen(THERE, 5, 0)], { drained: { [HERE]: NOON + 1 } }, byHand],
    [
      'of a region that the prober had restored before',
      bothUp,
      { drained: { [HERE]: NOON + 1 } },
      { ...own(NOON - 9000, 1, NOON + 1), restored: at(NOON - 60) },
    ],
  ])('stays: %s', (_, probed, drains, note) => {
    expect(done(probed, drains, { [HERE]: note })).toEqual([]);
  });
});

describe('a relapse', () => {
  const down = [seen(HERE, 0, 5), seen(THERE, 5, 0)];
  test.each([
    ['within the hour', own(NOON - 9000), NOON - 3600, 2],
    ['later', own(NOON - 9000), NOON - 3601, 1],
    ['after the third', own(NOON - 9000, 3), NOON - 60, 4],
  ])('%s', (_, note, restored, times) => {
    const notes = { [HERE]: { ...note, restored: at(restored) } };
    expect(healthDecisions(down, {}, notes, HEALTH, NOON)[0]?.note.times).toBe(times);
  });

  test('of a region whose drain ended with nobody probing', () => {
    const drains = { drained: { [HERE]: NOON - 1 } };
    expect(healthDecisions(down, drains, { [HERE]: own(NOON - 901) }, HEALTH, NOON)[0]?.note.times).toBe(2);
  });
});

test('a region that flaps each minute for a day changes at most forty-five times, and ever more seldom', () => {
  let drains: Drains = {};
  let notes: Record<string, unknown> = {};
  const changes: number[] = [];
  for (let minute = 0; minute < 24 * 60; minute++) {
    const now = NOON + minute * 60;
    const isUp = minute % 2 === 0;
    const probed = [seen(HERE, isUp ? 5 : 0, isUp ? 0 : 5), seen(THERE, 5, 0)];
    const decisions = healthDecisions(probed, drains, notes, HEALTH, now);
    if (decisions.length > 0) drains = decidedDrains(drains, decisions, now);
    for (const { region, action, note } of decisions) {
      notes = { ...notes, [region]: note };
      if (action !== 'renew') changes.push(minute);
    }
  }
  const gaps = changes.slice(1).map((minute, index) => minute - (changes[index] ?? 0));
  expect(changes.length).toBeGreaterThan(4);
  expect(changes.length).toBeLessThanOrEqual(45);
  expect(Math.max(...gaps.slice(-10))).toBeGreaterThanOrEqual(80);
});

test('what others drained stays, what has ended goes, and a restored region is no longer drained hard', () => {
  const drains = { drained: { [HERE]: NOON + 60, [THERE]: 0, 'ap-south-1': NOON }, hard: [HERE, THERE, 'ap-south-1'] };
  const decisions = healthDecisions(
    [seen(HERE, 5, 0), seen(THERE, 0, 0)],
    drains,
    { [HERE]: own(NOON - 300, 1, NOON + 60) },
    HEALTH,
    NOON,
  );
  expect(decidedDrains(drains, decisions, NOON)).toEqual({ drained: { [THERE]: 0 }, hard: [THERE] });
});
