import { TTL_RULES } from '../cache-time.ts';
import { named, number, object, word } from './schema.ts';

/** How the time of an object came about. */
export const cacheTime = named(
  'CacheTime',
  object({ seconds: number('0: it is not stored'), rule: word(TTL_RULES, 'Which rule decided') }),
);
