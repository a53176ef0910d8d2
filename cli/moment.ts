import ms, { type StringValue } from 'ms';
import { unexpected } from '../config/errors.ts';

/** Seconds of a duration such as `2h`. @throws {EdgeError} ERR_OPTION_INVALID for less than a second. */
export function secondsOf(option: string, text: string): number {
  const seconds = durationOf(text);
  if (seconds !== undefined) return seconds;
  throw unexpected('ERR_OPTION_INVALID', option, 'a duration of a second or more, such as 90s, 15m, 2h or 7d', text);
}

/**
 * Epoch seconds of a duration from `now` (`2h`, or `-2h` for the past), of a date in ISO 8601, or of epoch
 * seconds themselves; milliseconds are not taken for such.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID.
 */
export function momentOf(option: string, text: string, now: number): number {
  const isPast = text.startsWith('-');
  const seconds = durationOf(isPast ? text.slice(1) : text);
  if (seconds !== undefined) return isPast ? now - seconds : now + seconds;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(date)) return Math.floor(date / 1000);
  const expected = 'a duration such as 2h, a date such as 2030-01-31T12:00:00Z, or epoch seconds';
  throw unexpected('ERR_OPTION_INVALID', option, expected, text);
}

/** Milliseconds of a duration such as `500ms`, from 0 to `max`. @throws {EdgeError} ERR_OPTION_INVALID */
export function millisecondsOf(option: string, text: string, max: number): number {
  const milliseconds = parsed(text);
  if (milliseconds !== undefined && milliseconds <= max) return milliseconds;
  throw unexpected('ERR_OPTION_INVALID', option, `a duration such as 500ms or 20s, up to ${ms(max)}`, text);
}

/** Whole seconds, one or more. */
function durationOf(text: string): number | undefined {
  const milliseconds = parsed(text);
  return milliseconds !== undefined && milliseconds >= 1000 ? Math.floor(milliseconds / 1000) : undefined;
}

function parsed(text: string): number | undefined {
  return /^\d+(?:\.\d+)?\s*[a-z]+$/i.test(text) ? ms(text as StringValue) : undefined;
}
