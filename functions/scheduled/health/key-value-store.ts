/**
 * CloudFront's key value store, over its own API.
 *
 * @see https://docs.aws.amazon.com/cloudfront-keyvaluestore/latest/APIReference/API_Operations.html
 */
import { MAX_VALUE_BYTES } from '../../../shared/store-changes.ts';
import { signedFetch } from './signed-fetch.ts';

/** A rival has to write in between so many times for a change to be given up. */
const MAX_ATTEMPTS = 5;

const TIMEOUT_SECONDS = 5;

type Stored = Readonly<Record<string, string | undefined>>;

/**
 * Writes the values that `plan` makes of those under `keys`, all or none; plans again when somebody else has
 * written in between. Returns what was planned last.
 *
 * @throws {Error} for an answer of the store that is none of these, and for a value over its quota; it tells no value.
 */
export async function changeStore<T extends { readonly values: Readonly<Record<string, string>> }>(
  arn: string,
  keys: readonly string[],
  plan: (stored: Stored) => T,
): Promise<T> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const etag = await versionOf(arn);
    const planned = plan(await valuesOf(arn, keys));
    const puts = Object.entries(planned.values).map(([Key, Value]) => ({ Key, Value }));
    if (puts.length === 0) return planned;
    puts.forEach(checkQuota);
    const { status } = await ask(arn, '/keys', { etag, puts });
    if (status === 200) return planned;
  }
  throw new Error('key value store: expected a moment without other writers, got none');
}

/** Read before the values are, so that it is not newer than they. */
async function versionOf(arn: string): Promise<string> {
  const response = await ask(arn, '');
  await response.body?.cancel();
  const etag = response.headers.get('etag');
  if (!etag) throw new Error('key value store: expected an ETag, got none');
  return etag;
}

async function valuesOf(arn: string, keys: readonly string[]): Promise<Stored> {
  const entries = keys.map(async (key): Promise<[string, string | undefined]> => {
    const response = await ask(arn, `/keys/${encodeURIComponent(key)}`);
    const text = await response.text();
    return [key, response.status === 404 ? undefined : valueIn(text, key)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What a parser says of a text quotes it, and it may hold keys. */
function valueIn(text: string, key: string): string {
  try {
    const { Value } = JSON.parse(text) as { Value: unknown };
    if (typeof Value === 'string') return Value;
  } catch {
    // As one without a value.
  }
  throw new Error(`key value store: expected a value of ${key}, got something else`);
}

function checkQuota({ Key, Value }: { readonly Key: string; readonly Value: string }): void {
  const bytes = Buffer.byteLength(Value);
  if (bytes <= MAX_VALUE_BYTES) return;
  const remedy = Key === 'state' ? ' (retire a signing key: no region is drained until then)' : '';
  throw new Error(
    `key value store: expected a value of ${Key} of at most ${MAX_VALUE_BYTES} bytes, got ${bytes}${remedy}`,
  );
}

interface Update {
  readonly etag: string;
  readonly puts: readonly object[];
}

/** An answer of success; 404 for a key that is not there; 409 for an update of what has changed since. */
async function ask(arn: string, path: string, update?: Update): Promise<Response> {
  const account = arn.split(':')[4] ?? '';
  const endpoint =
    process.env.AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE ?? `https://${account}.cloudfront-kvs.global.api.aws`;
  const response = await signedFetch({
    method: update === undefined ? 'GET' : 'POST',
    url: new URL(`/key-value-stores/${encodeURIComponent(arn)}${path}`, endpoint),
    service: 'cloudfront-keyvaluestore',
    region: '*',
    timeoutSeconds: TIMEOUT_SECONDS,
    ...(update !== undefined && {
      headers: { 'if-match': update.etag, 'content-type': 'application/json' },
      body: JSON.stringify({ Puts: update.puts }),
    }),
  });
  const expected = update === undefined ? 404 : 409;
  if (!response.ok && response.status !== expected) {
    throw new Error(`key value store${path}: expected status 200, got ${response.status}`);
  }
  return response;
}
