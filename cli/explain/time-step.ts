/** Times beside each other, as a step of an explanation; all in epoch seconds. */
import ms from 'ms';
import type { Step } from '../../emulator/explanation.ts';

/** Says how far `now` is from `moment`. */
export function timeStep(step: string, expected: string, now: number, moment: number, ok: boolean): Step {
  const difference = now - moment;
  const side = difference < 0 ? 'before' : 'after';
  const distance = difference === 0 ? 'that very second' : `${words(difference)} ${side}`;
  return { step, expected, got: `${iso(now)}, ${distance}`, ok };
}

/** A date goes no further than this. */
const MAX_SECONDS = 8.64e12;

export function iso(seconds: number): string {
  return new Date(Math.max(-MAX_SECONDS, Math.min(seconds, MAX_SECONDS)) * 1000).toISOString().replace('.000Z', 'Z');
}

/** `3 minutes`, of a time in either direction. */
export function words(seconds: number): string {
  return ms(Math.round(Math.min(Math.abs(seconds), MAX_SECONDS) * 1000), { long: true });
}
