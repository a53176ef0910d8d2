import { describe, expect, test } from 'vitest';
import { systemClock } from '../../emulator/clock.ts';
import { manualClock } from '../../emulator/manual-clock.ts';

describe('the clock', () => {
  test('of the machine calls back once, unless cancelled', async () => {
    const before = Date.now();
    const called: string[] = [];
    const cancel = systemClock.after(0, () => called.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => {
      systemClock.after(1, () => {
        called.push('called');
        resolve();
      });
    });
    expect(called).toEqual(['called']);
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });

  test('of a test runs what is due, in order, at its own time', () => {
    const manual = manualClock(1_000);
    const called: string[] = [];
    const call = (name: string) => () => called.push(`${name} at ${manual.now()}`);
    manual.after(20, call('third'));
    manual.after(10, call('first'));
    manual.after(10, () => {
      call('second')();
      manual.after(15, call('fourth'));
    });
    manual.after(15, call('never'))();
    manual.after(26, call('later'));
    manual.advance(25);
    expect(called).toEqual(['first at 1010', 'second at 1010', 'third at 1020', 'fourth at 1025']);
    expect(manual.now()).toBe(1_025);
    expect(manual.pending()).toBe(1);
  });

  test('of a test tells when somebody waits', async () => {
    const manual = manualClock();
    let waited = false;
    const waiting = manual.whenPending(50).then(() => {
      waited = true;
    });
    manual.after(49, () => undefined);
    await Promise.resolve();
    expect(waited).toBe(false);
    manual.after(50, () => undefined);
    await waiting;
    await manual.whenPending(50);
    manual.advance(1);
    expect(manual.pending()).toBe(2);
  });
});
