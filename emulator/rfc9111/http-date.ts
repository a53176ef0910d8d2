const DAYS = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun';
const LONG_DAYS = 'Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday';
const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';

const FORMATS = [
  `(?:${DAYS}), (?<day>\\d\\d) (?<month>${MONTHS}) (?<year>\\d{4}) ${TIME} GMT`,
  `(?:${LONG_DAYS}), (?<day>\\d\\d)-(?<month>${MONTHS})-(?<year>\\d\\d) ${TIME} GMT`,
  `(?:${DAYS}) (?<month>${MONTHS}) (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})`,
].map((format) => new RegExp(`^${format}$`, 'i'));

/** A two-digit year that would be further ahead is of the century before. */
const MAX_YEARS_AHEAD = 50;

/**
 * A date in one of HTTP's three formats, in epoch milliseconds; null for anything else, other time
 * zones too. Letters may be in either case (RFC 9111, section 4.2). `now` is epoch milliseconds.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
export function httpDate(text: string | undefined, now: number): number | null {
  const parts = FORMATS.map((format) => format.exec(text ?? '')?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return null;
  const month = MONTHS.toLowerCase()
    .split('|')
    .indexOf((parts.month ?? '').toLowerCase());
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(fullYear(parts.year ?? '', now), month, day, hour, minute, Math.min(second, 59)));
  const isReal = date.getUTCDate() === day && hour < 24 && minute < 60 && second <= 60;
  return isReal ? date.getTime() : null;
}

function fullYear(text: string, now: number): number {
  if (text.length === 4) return Number(text);
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(text);
  return year > thisYear + MAX_YEARS_AHEAD ? year - 100 : year;
}
