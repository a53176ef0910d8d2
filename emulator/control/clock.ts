/** The time of the edge: what expires and what times out does so by it. */
import { unexpected } from '../../config/errors.ts';
import type { SteerableClock } from '../steerable-clock.ts';
import { jsonOf, ok, type Route } from './route.ts';
import { flag, named, number, object, text } from './schema.ts';

/** Ten years, in seconds. */
const MAX_ADVANCE_SECONDS = 315_360_000;

export const clockState = named(
  'Clock',
  object({
    now: text('The time of the edge', 'date-time'),
    isFrozen: flag('Whether it stands still: then nothing expires and nothing times out'),
  }),
);

const STATE = { description: 'The clock as it is then', schema: clockState };

export const CLOCK: readonly Route[] = [
  {
    method: 'GET',
    path: '/clock',
    summary: 'The time of the edge',
    answers: { 200: STATE },
    run: ({ clock }) => ok(clockStateOf(clock)),
  },
  {
    method: 'PUT',
    path: '/clock',
    summary: 'Stops the clock or lets it go, and moves it on to a time',
    body: {
      schema: object(
        {
          isFrozen: flag('Default: as it is'),
          now: text('No earlier than it is. What falls due on the way does so', 'date-time'),
        },
        ['isFrozen', 'now'],
      ),
    },
    answers: { 200: STATE },
    run({ clock }, { body }) {
      const { isFrozen, time } = wanted(jsonOf(body), clock);
      if (isFrozen === true && !clock.isFrozen) clock.freeze();
      if (time !== undefined) clock.advance(Math.max(0, time - clock.now()));
      if (isFrozen === false && clock.isFrozen) clock.resume();
      return ok(clockStateOf(clock));
    },
  },
  {
    method: 'POST',
    path: '/clock/advance',
    summary: 'Moves the clock on; what falls due on the way does so, in order',
    body: { schema: object({ seconds: number('How far, parts of a second too') }) },
    answers: { 200: STATE },
    run({ clock }, { body }) {
      const { seconds } = Object(jsonOf(body));
      if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= MAX_ADVANCE_SECONDS)) {
        throw unexpected('ERR_OPTION_INVALID', 'seconds', `a number from 0 to ${MAX_ADVANCE_SECONDS}`, seconds);
      }
      clock.advance(Math.round(seconds * 1000));
      return ok(clockStateOf(clock));
    },
  },
];

export function clockStateOf(clock: SteerableClock) {
  return { now: new Date(clock.now()).toISOString(), isFrozen: clock.isFrozen };
}

/** @throws {EdgeError} ERR_OPTION_INVALID for what is no wish, or a time that is over. */
function wanted(body: unknown, clock: SteerableClock): { isFrozen?: boolean; time?: number } {
  const { isFrozen, now, ...others } = Object(body);
  const [other] = Object.keys(others);
  if (other !== undefined || (isFrozen === undefined && now === undefined)) {
    throw unexpected('ERR_OPTION_INVALID', 'clock', '{"isFrozen", "now"}, or one of them', other);
  }
  if (isFrozen !== undefined && typeof isFrozen !== 'boolean') {
    throw unexpected('ERR_OPTION_INVALID', 'isFrozen', 'true or false', isFrozen);
  }
  if (now === undefined) return { isFrozen };
  const time = typeof now === 'string' ? Date.parse(now) : Number.NaN;
  if (!(time >= clock.now() && time <= clock.now() + MAX_ADVANCE_SECONDS * 1000)) {
    const earliest = new Date(clock.now()).toISOString();
    throw unexpected('ERR_OPTION_INVALID', 'now', `a time from ${earliest} on, within ten years`, now);
  }
  return { time, ...(isFrozen !== undefined && { isFrozen }) };
}
