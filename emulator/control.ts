/**
 * The control API: breaks and repairs origins, reads and writes the key value store, empties the
 * cache, lists what happened. For this machine alone: a foreign `Host` (DNS rebinding) or `Origin`
 * (another site's page) is refused.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { EdgeError, unexpected } from '../config/errors.ts';
import { MIN_KEY_BYTES } from '../shared/access/hs256.ts';
import { readState } from '../shared/state.ts';
import type { Cache } from './cache.ts';
import type { Distribution } from './distribution.ts';
import { parseFault } from './fault.ts';
import type { KeyValueStore } from './key-value-store.ts';
import type { RequestLog } from './request-log.ts';
import type { Bucket } from './s3/bucket.ts';
import { maskedSecrets, unmaskedSecrets } from './secrets.ts';

export interface Controlled {
  readonly distribution: Distribution;
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly store: KeyValueStore;
  readonly cache: Cache;
  readonly log: RequestLog;
  /** Where viewers go. */
  readonly url: string;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

const MAX_BODY_BYTES = 64 * 1024;
const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;
const NO_CONTENT: Reply = { status: 204 };

export function controlListener(controlled: Controlled): Server {
  return createServer(async (request, response) => {
    let reply: Reply;
    try {
      reply = isFromHere(request)
        ? await answer(controlled, request)
        : failure(403, 'Host and Origin: expected this machine');
    } catch (error) {
      reply = error instanceof EdgeError ? failure(400, error.message, error.code) : failure(500, String(error));
    }
    send(response, reply);
  });
}

function isFromHere(request: IncomingMessage): boolean {
  const { host, origin } = request.headers;
  if (host === undefined || !LOOPBACK.test(host)) return false;
  return origin === undefined || origin === `http://${host}`;
}

async function answer(controlled: Controlled, request: IncomingMessage): Promise<Reply> {
  const segments = (request.url ?? '').split('?', 1)[0]?.split('/').slice(1).map(decoded) ?? [];
  const [resource, id, part] = segments;
  const method = request.method ?? 'GET';
  if (segments.length === 1) {
    if (resource === '') return only(method, { GET: () => summary(controlled) });
    if (resource === 'origins') return only(method, { GET: () => origins(controlled) });
    if (resource === 'requests') return only(method, { GET: () => ok(controlled.log.entries()) });
    if (resource === 'kvs') return only(method, { GET: () => ok(controlled.store.entries().map(([key]) => key)) });
    if (resource === 'cache') return only(method, { DELETE: () => emptied(controlled) });
  }
  if (resource === 'kvs' && id !== undefined && segments.length === 2) {
    const body = method === 'PUT' ? await textOf(request) : '';
    return only(method, {
      GET: () => storedValue(controlled.store, id),
      PUT: () => storeValue(controlled.store, id, body),
      DELETE: () => (controlled.store.delete(id) ? NO_CONTENT : noSuchKey(id)),
    });
  }
  if (resource === 'origins' && part === 'fault' && segments.length === 3) {
    const bucket = controlled.buckets.get(id ?? '');
    if (bucket === undefined) {
      const ids = [...controlled.buckets.keys()].join(', ');
      return failure(404, `origin: expected one of ${ids}, got ${JSON.stringify(id)}`);
    }
    const body = method === 'PUT' ? await textOf(request) : '';
    return only(method, {
      GET: () => ok(bucket.fault),
      PUT: async () => {
        await bucket.setFault(parseFault(jsonOf(body)));
        return ok(bucket.fault);
      },
      DELETE: async () => {
        await bucket.setFault(null);
        return NO_CONTENT;
      },
    });
  }
  return failure(404, 'path: expected /origins, /origins/<id>/fault, /kvs, /kvs/<key>, /cache or /requests');
}

type Methods = Readonly<Record<string, () => Reply | Promise<Reply>>>;

async function only(method: string, methods: Methods): Promise<Reply> {
  const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
  return run === undefined
    ? failure(405, `method: expected ${Object.keys(methods).join(' or ')}, got ${method}`)
    : run();
}

function summary({ distribution, url }: Controlled): Reply {
  const { id, domainName } = distribution;
  return ok({ url, distribution: { id, domainName }, see: ['/origins', '/kvs', '/cache', '/requests'] });
}

function origins({ distribution, buckets }: Controlled): Reply {
  return ok(
    [...distribution.origins.values()].map(({ id, domainName }) => {
      const bucket = buckets.get(id);
      return { id, domainName, url: bucket?.url, folder: bucket?.folder, fault: bucket?.fault ?? null };
    }),
  );
}

function emptied({ cache }: Controlled): Reply {
  cache.clear();
  return NO_CONTENT;
}

function storedValue(store: KeyValueStore, key: string): Reply {
  const value = store.get(key);
  return value === undefined ? noSuchKey(key) : ok(maskedSecrets(key, value));
}

/** A masked secret that comes back stands for the one that is there. */
function storeValue(store: KeyValueStore, key: string, value: string): Reply {
  const unmasked = unmaskedSecrets(key, value, store.get(key));
  if (key === 'state') checkState(unmasked);
  store.set(key, unmasked);
  return NO_CONTENT;
}

/** What the edge could not use is refused here, where somebody reads the answer. */
function checkState(text: string): void {
  const state = readState(jsonOf(text));
  const keys = Object.entries(state?.keys ?? {});
  const weak = keys.find(
    ([, secret]) => typeof secret !== 'string' || Buffer.from(secret, 'base64url').length < MIN_KEY_BYTES,
  );
  const until = Object.values(state?.drained ?? {});
  if (state === undefined) throw unexpected('ERR_OPTION_INVALID', 'state', 'an object with "keys"', 'another');
  if (weak !== undefined)
    throw unexpected('ERR_OPTION_INVALID', `keys.${weak[0]}`, `base64url of ${MIN_KEY_BYTES} bytes or more`, 'less');
  if (!until.every((time) => typeof time === 'number')) {
    throw unexpected('ERR_OPTION_INVALID', 'drained', 'epoch seconds, or 0, for each region', until);
  }
}

function noSuchKey(key: string): Reply {
  return failure(404, `key: expected a key of the store, got ${JSON.stringify(key)}`);
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function failure(status: number, message: string, code?: string): Reply {
  return { status, body: { error: { ...(code !== undefined && { code }), message } } };
}

function send(response: ServerResponse, { status, body }: Reply): void {
  const text = body === undefined ? '' : typeof body === 'string' ? `${body}\n` : `${JSON.stringify(body, null, 2)}\n`;
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(body !== undefined && {
      'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    }),
  });
  response.end(text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new EdgeError('ERR_OPTION_INVALID', `body: expected at most ${MAX_BODY_BYTES} bytes, got more`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EdgeError('ERR_OPTION_INVALID', `body: expected JSON, got ${(error as Error).message}`);
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
