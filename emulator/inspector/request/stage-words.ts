/** Names and rules of the control API, as people read them. */
import type { ShownStage } from '../../control/answers.ts';

export const STAGE_TITLES: Readonly<Record<ShownStage['stage'], string>> = {
  behavior: 'Cache behavior',
  host: 'Host',
  'geo-restriction': 'Geo restriction',
  'viewer-protocol': 'Viewer protocol',
  'trusted-key-group': 'Trusted key group',
  'viewer-request': 'Viewer request',
  'cache-lookup': 'Cache lookup',
  'origin-request': 'Origin request',
  origin: 'Origin',
  'origin-group': 'Origin group',
  'origin-response': 'Origin response',
  store: 'Store',
  'custom-error-response': 'Custom error response',
  'viewer-response': 'Viewer response',
  'viewer-headers': 'Headers to the viewer',
};

type Ttl = NonNullable<ShownStage['ttl']>;

const TTL_RULES: Readonly<Record<Ttl['rule'], string>> = {
  'caching-disabled': 'the cache policy disables caching',
  'uncached-error': 'an error of this status is not cached',
  'error-caching-minimum-ttl': 'the error caching minimum TTL',
  'uncached-by-origin': 'the origin says that it must not be cached',
  'minimum-ttl': 'the minimum TTL of the cache policy',
  'default-ttl': 'the default TTL of the cache policy, since the origin gives no time',
  'maximum-ttl': 'the maximum TTL of the cache policy, which is shorter than what the origin asks for',
  's-maxage': 's-maxage of the origin',
  'max-age': 'max-age of the origin',
  expires: 'Expires of the origin',
  'vary-all': 'Vary: * of the origin',
  'stale-if-error': 'what was stored is kept on, since the origin fails',
  rfc9111: 'RFC 9111',
};

export function ttlWords({ seconds, rule }: Ttl): string {
  return `${duration(seconds)}, by ${TTL_RULES[rule]}`;
}

/** `1 h 30 min`, of at most two units. */
export function duration(seconds: number): string {
  const units: [name: string, size: number][] = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ];
  let left = Math.round(Math.abs(seconds));
  const parts = units.flatMap(([name, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? [] : [`${count} ${name}`];
  });
  const text = parts.length === 0 ? '0 s' : parts.slice(0, 2).join(' ');
  return seconds < 0 ? `-${text}` : text;
}

/** A stage at which nothing was asked for, and nothing happened. */
export function isIdle({ decision }: ShownStage): boolean {
  return ['not asked', 'no function', 'not run'].includes(decision);
}

/** By what its decision is coloured. */
export function moodOf({ decision, attempt, response, stage }: ShownStage): 'good' | 'notice' | 'bad' | 'plain' {
  if (stage === 'viewer-headers' && response !== undefined) return moodOfStatus(response.status);
  if (attempt !== undefined) return typeof attempt.result === 'string' ? 'bad' : moodOfStatus(attempt.result ?? 0);
  if (['failed', 'refused'].includes(decision)) return 'bad';
  if (['fails over', 'replaced', 'redirected', 'stale hit'].includes(decision)) return 'notice';
  return decision === 'hit' ? 'good' : 'plain';
}

function moodOfStatus(status: number): 'good' | 'notice' | 'bad' | 'plain' {
  if (status >= 500) return 'bad';
  return status >= 400 ? 'notice' : status >= 200 && status < 300 ? 'good' : 'plain';
}

type AttemptResult = NonNullable<NonNullable<ShownStage['attempt']>['result']>;

const FAILURES: Readonly<Record<Exclude<AttemptResult, number>, string>> = {
  unresolved: 'its name has no address',
  unreachable: 'no connection in time',
  refused: 'the connection was refused',
  untrusted: 'the TLS handshake failed',
  'timed-out': 'no answer in time',
  broken: 'the connection broke',
  closed: 'the kept connection had just ended',
};

/** What came of asking an origin. */
export function resultWords(result: AttemptResult | null): string {
  if (result === null) return 'under way';
  return typeof result === 'number' ? String(result) : FAILURES[result];
}
