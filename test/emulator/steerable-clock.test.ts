import { expect, test } from 'vitest';
import { manualClock } from '../../emulator/manual-clock.ts';
import { steerableClock } from '../../emulator/steerable-clock.ts';

/** What has fallen due, with the time at which it did, in seconds from the start. */
function clocks() {
  const driving = manualClock(0);
  const clock = steerableClock(driving);
  const due: string[] = [];
  const after = (seconds: number) => clock.after(seconds * 1000, () => due.push(`${seconds}@${clock.now() / 1000}`));
  return { driving, clock, due, after };
}

test('is as the clock that drives it until it is steered', () => {
  const { driving, clock, due, after } = clocks();
  after(5);
  after(6)();
  driving.advance(4_999);
  expect({ now: clock.now(), due: [...due] }).toEqual({ now: 4_999, due: [] });
  driving.advance(2_000);
  expect(due).toEqual(['5@5']);
});

test('nothing falls due while it stands still, and the rest of the time is waited for afterwards', () => {
  const { driving, clock, due, after } = clocks();
  after(5);
  driving.advance(2_000);
  clock.freeze();
  after(4);
  driving.advance(60_000);
  expect({ now: clock.now(), isFrozen: clock.isFrozen, due: [...due] }).toEqual({
    now: 2_000,
    isFrozen: true,
    due: [],
  });
  clock.resume();
  driving.advance(2_999);
  expect({ now: clock.now(), isFrozen: clock.isFrozen, due: [...due] }).toEqual({
    now: 4_999,
    isFrozen: false,
    due: [],
  });
  driving.advance(1);
  expect(due).toEqual(['5@5']);
  driving.advance(1_000);
  expect(due).toEqual(['5@5', '4@6']);
});

test.each([{ isFrozen: false }, { isFrozen: true }])(
  'what is passed over runs in order, at its own time; frozen: $isFrozen',
  ({ isFrozen }) => {
    const { driving, clock, due, after } = clocks();
    if (isFrozen) clock.freeze();
    after(3);
    after(1);
    after(1);
    clock.after(2_000, () => after(0.5));
    after(4);
    clock.advance(3_000);
    expect({ now: clock.now(), due: [...due] }).toEqual({ now: 3_000, due: ['1@1', '1@1', '0.5@2.5', '3@3'] });
    driving.advance(1_000);
    expect(due.slice(4)).toEqual(isFrozen ? [] : ['4@4']);
    expect(clock.isFrozen).toBe(isFrozen);
  },
);

test('tells those who ask when it was steered, until they no longer do', () => {
  const { driving, clock } = clocks();
  let told = 0;
  const stop = clock.onSteered(() => told++);
  driving.advance(1);
  clock.freeze();
  clock.advance(1);
  clock.resume();
  expect(told).toBe(3);
  stop();
  clock.advance(1);
  expect(told).toBe(3);
});
