/** The key value store, and the keys in it. Secrets are never shown. */
import { keyPrints } from '../key-prints.ts';
import { maskedSecrets } from '../secrets.ts';
import { acceptedValue, readUpdate } from '../store-update.ts';
import type { Controlled } from './controlled.ts';
import { type Asked, failure, jsonOf, NO_CONTENT, ok, type Reply, type Route } from './route.ts';
import { integer, list, map, named, object, text } from './schema.ts';

const print = named(
  'KeyPrint',
  object({
    kid: text('Id of the key'),
    bytes: integer('Its length'),
    print: text('Two keys are the same when this is'),
  }),
);

const update = named(
  'UpdateKeys',
  object(
    {
      Puts: list(object({ Key: text('The key'), Value: text('Its new value') })),
      Deletes: list(object({ Key: text('A key to remove') })),
    },
    ['Puts', 'Deletes'],
  ),
);

const VALUE = { type: 'text/plain', schema: text('At most 1,024 bytes') };
const UNKNOWN = { description: 'The store has no such key' };

export const STORE: readonly Route[] = [
  {
    method: 'GET',
    path: '/keys',
    summary: 'Ids and lengths of the signing keys',
    answers: { 200: { description: 'Without their secrets', schema: list(print) } },
    run: ({ store }) => ok(keyPrints(store.get('state') ?? '')),
  },
  {
    method: 'GET',
    path: '/kvs',
    summary: 'All keys or, with a prefix, the entries whose key begins with it; secrets masked',
    query: { prefix: text('What keys begin with') },
    answers: {
      200: {
        description: 'Keys, or values by key',
        schema: { anyOf: [list(text('A key')), map(text('A value'), 'Values by key')] },
        hasEtag: true,
      },
    },
    run: (controlled, { query }) => listed(controlled, query.get('prefix')),
  },
  {
    method: 'POST',
    path: '/kvs',
    summary: "Several keys at once, all or none, as AWS's UpdateKeys does",
    headers: { 'if-match': text('The ETag that GET /kvs tells') },
    body: { schema: update },
    answers: {
      204: { description: 'Done; the ETag is the new one', hasEtag: true },
      409: { description: 'The store has changed since the ETag was told' },
    },
    run: updated,
  },
  {
    method: 'GET',
    path: '/kvs/{key}',
    summary: 'A value, secrets masked',
    answers: { 200: { description: 'The value, and a line break', ...VALUE }, 404: UNKNOWN },
    run({ store }, asked) {
      const key = asked.part('key');
      const value = store.get(key);
      return value === undefined ? noSuchKey(key) : ok(maskedSecrets(key, value));
    },
  },
  {
    method: 'PUT',
    path: '/kvs/{key}',
    summary: 'Sets a value; a masked secret that comes back stands for the one that is there',
    body: VALUE,
    answers: { 204: { description: 'Functions see it from the next request on, unless the store is delayed' } },
    run({ store }, asked) {
      const key = asked.part('key');
      store.set(key, acceptedValue(store, key, asked.body));
      return NO_CONTENT;
    },
  },
  {
    method: 'DELETE',
    path: '/kvs/{key}',
    summary: 'Removes a key',
    answers: { 204: { description: 'It is gone' }, 404: UNKNOWN },
    run({ store }, asked) {
      const key = asked.part('key');
      return store.delete(key) ? NO_CONTENT : noSuchKey(key);
    },
  },
];

/** Of the store as it is now. */
export function etagOf({ store, instance }: Pick<Controlled, 'store' | 'instance'>): string {
  return `"${instance}-${store.version()}"`;
}

function listed(controlled: Controlled, prefix: string | null): Reply {
  const entries = controlled.store.entries();
  const begun = entries.filter(([key]) => key.startsWith(prefix ?? ''));
  const body =
    prefix === null
      ? entries.map(([key]) => key)
      : Object.fromEntries(begun.map(([key, value]) => [key, maskedSecrets(key, value)]));
  return { ...ok(body), etag: etagOf(controlled) };
}

function updated(controlled: Controlled, { body, headers }: Asked): Reply {
  const ifMatch = headers['if-match'];
  if (ifMatch !== etagOf(controlled)) {
    const got = ifMatch ? 'another' : 'nothing';
    return failure(409, `If-Match: expected the ETag that GET /kvs tells now, got ${got}`);
  }
  controlled.store.write(readUpdate(jsonOf(body), controlled.store));
  return { ...NO_CONTENT, etag: etagOf(controlled) };
}

function noSuchKey(key: string): Reply {
  return failure(404, `key: expected a key of the store, got ${JSON.stringify(key)}`);
}
