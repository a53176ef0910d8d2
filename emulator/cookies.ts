import type { HeaderLines } from './headers.ts';

/** Name and value of each cookie, in the order in which they came, as they were sent. */
export function cookiePairs(headers: HeaderLines): [name: string, value: string][] {
  return headers
    .filter(([name]) => name === 'cookie')
    .flatMap(([, line]) => line.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map(splitPair);
}

/** What stands before and after the first `=`; without one, all of it is the name. */
export function splitPair(pair: string): [name: string, value: string] {
  const equals = pair.indexOf('=');
  return equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
}
