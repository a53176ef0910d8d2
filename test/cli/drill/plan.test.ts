import { describe, expect, test } from 'vitest';
import { chosenPhases, PHASES, type Phase, withoutProber } from '../../../cli/drill/phases.ts';
import { planned } from '../../../cli/drill/plan.ts';
import { scheduled } from '../../../cli/drill/schedule.ts';
import { CITIES } from '../../../emulator/cities.ts';

const [HEALTHY, DENIES] = PHASES;

describe('the schedule', () => {
  test('is one phase after the other, repaired after two thirds where it is repaired at all', () => {
    const schedule = scheduled(chosenPhases(['healthy', 'denies']), 3);
    expect(schedule).toEqual([
      { phase: HEALTHY, start: 0, repair: null, end: 3000 },
      { phase: DENIES, start: 3000, repair: 5000, end: 6000 },
    ]);
  });

  test('gives a phase the time that it needs', () => {
    expect(scheduled(chosenPhases(['recovery']), 11)[0]?.end).toBe(12_000);
    expect(scheduled(chosenPhases(['recovery']), 13)[0]?.end).toBe(13_000);
  });

  test('of all phases is less than 50 seconds, when each takes 2', () => {
    expect(scheduled(PHASES, 2).at(-1)?.end).toBeLessThan(50_000);
  });
});

describe('phases', () => {
  test('have each a name of their own', () => {
    expect(new Set(PHASES.map(({ name }) => name)).size).toBe(PHASES.length);
  });

  test('that are chosen keep their order; without a choice there are all', () => {
    expect(chosenPhases(['denies', 'healthy'])).toEqual([HEALTHY, DENIES]);
    expect(chosenPhases([])).toEqual(PHASES);
  });

  test('of a prober are left out where the settings have none', () => {
    const named = (phases: readonly Phase[]) => phases.map(({ name }) => name);
    expect(named(withoutProber(PHASES))).toEqual(named(PHASES).filter((name) => name !== 'drained-by-health'));
  });

  test('that nobody knows are refused', () => {
    expect(() => chosenPhases(['healthy', 'floods'])).toThrow(
      expect.objectContaining({
        code: 'ERR_OPTION_INVALID',
        message: expect.stringMatching(/^--phase: expected one of healthy, .*, recovery, got "floods"$/),
      }),
    );
  });
});

describe('the plan', () => {
  const schedule = scheduled(chosenPhases(['healthy', 'denies']), 4);
  const requests = planned(schedule, 2 * CITIES.length, 'seed');

  test('is steady', () => {
    const dues = planned(schedule, 40, 'seed').map(({ due }) => due);
    expect(dues).toEqual(Array.from({ length: 320 }, (_, index) => index * 25));
  });

  test('is the same for the same seed, and another for another', () => {
    expect(planned(schedule, 2 * CITIES.length, 'seed')).toEqual(requests);
    expect(planned(schedule, 2 * CITIES.length, 'other')).not.toEqual(requests);
  });

  test('has each city ask by turns for what nobody has asked for', () => {
    const twice = requests.slice(0, 2 * CITIES.length);
    const ofCities = CITIES.map(({ city }) => twice.filter((request) => request.city === city));
    const isNew = ofCities.map((own) => own.map(({ path }) => path.includes('healthy')).sort());
    expect(isNew).toEqual(CITIES.map(() => [false, true]));
  });

  test('asks for pages, JSON and segments, for half of all once only', () => {
    const own = requests.filter(({ path }) => !path.includes('popular'));
    expect(new Set(own.map(({ path }) => path)).size).toBe(requests.length / 2);
    expect(new Set(requests.map(({ path }) => path.split('/')[1]))).toEqual(new Set(['pages', 'data', 'video']));
    expect(new Set(requests.map(({ path }) => path)).size).toBe(requests.length / 2 + 12);
  });

  test('asks again for what was asked for in the outage', () => {
    const again = planned(scheduled(chosenPhases(['both-down', 'recovery']), 4), 10, 'seed');
    const asked = (from: number, to: number) => again.slice(from, to).map(({ city, path }) => ({ city, path }));
    expect(again).toHaveLength(160);
    expect(asked(40, 80)).toEqual(asked(0, 40));
    expect(asked(120, 160)).toEqual(asked(0, 40));
    expect(again[40]).toMatchObject({ phase: 'recovery', due: 4000 });
  });

  test('has nothing to ask again where nothing was asked before', () => {
    expect(planned(scheduled(chosenPhases(['recovery']), 4), 10, 'seed')).toEqual([]);
  });
});
