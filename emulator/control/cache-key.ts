/** What made a cache key, masked. */
import { splitPair } from '../cookies.ts';
import type { ExchangeMask } from '../masked-exchange.ts';
import { parseJson } from '../parse-json.ts';
import { list, named, nullable, object, text } from './schema.ts';

const pair = object({ name: text('Its name'), value: text('Its value, masked where it is secret') });

export const cacheKey = named(
  'CacheKey',
  object({
    method: nullable(text('GET stands for HEAD, too; null: it is no part')),
    host: nullable(text('Null: it is no part')),
    path: text('The path, as the viewer request left it'),
    query: nullable(text('What of the query string is part of the key')),
    headers: list(pair, 'Of the cache policy'),
    cookies: list(pair, 'Of the cache policy'),
    encodings: nullable(text('Of `Accept-Encoding`')),
  }),
);

/** Of CloudFront's cache, whose keys are lists, or of the strict HTTP cache, whose keys are addresses. */
export function shownKey(key: string, mask: ExchangeMask) {
  const parts = parseJson(key);
  if (!Array.isArray(parts)) {
    const [, host = '', path = '', query] = /^([^/]*)([^?]*)(?:\?([\s\S]*))?$/.exec(key) ?? [];
    const shown = { method: null, host, path: mask.path(path), query: query === undefined ? null : mask.query(query) };
    return { ...shown, headers: [], cookies: [], encodings: null };
  }
  const [method, path, query, headers, cookies, encodings] = parts;
  return {
    method,
    host: null,
    path: mask.path(path),
    query: query === '' ? null : mask.query(query),
    headers: mask.headers(headers),
    cookies: cookiesOf(mask.header('cookie', cookies)),
    encodings: encodings === '' ? null : encodings,
  };
}

function cookiesOf(masked: string) {
  const pairs = masked === '' ? [] : masked.split('; ');
  return pairs.map(splitPair).map(([name, value]) => ({ name, value }));
}
