/**
 * The control API: breaks and repairs origins, reads and writes the key value store, empties the
 * cache, lists what happened. For this machine alone: a foreign `Host` (DNS rebinding) or `Origin`
 * (another site's page) is refused.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { EdgeError } from '../config/errors.ts';
import type { EdgeCache } from './cache.ts';
import { parseFault } from './fault.ts';
import { parseInvalidation } from './invalidation.ts';
import { keyPrints } from './key-prints.ts';
import type { KeyValueStore } from './key-value-store.ts';
import type { RequestLog } from './request-log.ts';
import { maskedSecrets } from './secrets.ts';
import type { ServedDeployment } from './served-deployment.ts';
import { acceptedValue, readUpdate } from './store-update.ts';

export interface Controlled {
  readonly deployed: Pick<ServedDeployment, 'current'>;
  readonly store: KeyValueStore;
  readonly cache: EdgeCache;
  readonly log: RequestLog;
  /** Where viewers go. */
  readonly url: string;
  /** The edge's own name. */
  readonly instance: string;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly etag?: string;
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
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const segments = path.split('/').slice(1).map(decoded);
  const [resource, id, part] = segments;
  const method = request.method ?? 'GET';
  if (segments.length === 1) {
    if (resource === '') return only(method, { GET: () => summary(controlled) });
    if (resource === 'origins') return only(method, { GET: () => origins(controlled) });
    if (resource === 'requests') return only(method, { GET: () => ok(controlled.log.entries()) });
    if (resource === 'keys') return only(method, { GET: () => ok(keyPrints(controlled.store.get('state') ?? '')) });
    if (resource === 'kvs') {
      const body = method === 'POST' ? await textOf(request) : '';
      return only(method, {
        GET: () => listed(controlled, new URLSearchParams(query).get('prefix')),
        POST: () => updated(controlled, body, request.headers['if-match']),
      });
    }
    if (resource === 'invalidations') {
      const body = method === 'POST' ? await textOf(request) : '';
      return only(method, { POST: () => invalidated(controlled, body) });
    }
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
    const standIn = controlled.deployed.current.standIns.all.get(id ?? '');
    if (standIn === undefined) {
      const ids = [...controlled.deployed.current.standIns.all.keys()].join(', ');
      return failure(404, `origin: expected one of ${ids}, got ${JSON.stringify(id)}`);
    }
    const body = method === 'PUT' ? await textOf(request) : '';
    return only(method, {
      GET: () => ok(standIn.fault),
      PUT: async () => {
        await standIn.setFault(parseFault(jsonOf(body)));
        return ok(standIn.fault);
      },
      DELETE: async () => {
        await standIn.setFault(null);
        return NO_CONTENT;
      },
    });
  }
  return failure(
    404,
    'path: expected /origins, /origins/<id>/fault, /kvs, /kvs/<key>, /keys, /cache, /invalidations or /requests',
  );
}

type Methods = Readonly<Record<string, () => Reply | Promise<Reply>>>;

async function only(method: string, methods: Methods): Promise<Reply> {
  const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
  return run === undefined
    ? failure(405, `method: expected ${Object.keys(methods).join(' or ')}, got ${method}`)
    : run();
}

function summary({ deployed, url, instance }: Controlled): Reply {
  const { id, domainName } = deployed.current.distribution;
  const see = ['/origins', '/kvs', '/keys', '/cache', '/invalidations', '/requests'];
  return ok({ url, instance, distribution: { id, domainName }, see });
}

function origins({ deployed }: Controlled): Reply {
  const { distribution, standIns } = deployed.current;
  return ok(
    [...distribution.origins.values()].map(({ id, domainName }) => {
      const { url, fault } = standIns.all.get(id) ?? { fault: null };
      return { id, domainName, url, folder: standIns.buckets.get(id)?.folder, fault };
    }),
  );
}

function emptied({ cache }: Controlled): Reply {
  cache.clear();
  return NO_CONTENT;
}

/** As CloudFront's invalidation, but done when it answers: with the number of objects that are gone. */
function invalidated({ cache }: Controlled, body: string): Reply {
  return ok({ removed: cache.invalidate(parseInvalidation(jsonOf(body))) });
}

/** All keys or, given a prefix, the entries whose key begins with it. */
function listed(controlled: Controlled, prefix: string | null): Reply {
  const { store } = controlled;
  const body =
    prefix === null
      ? store.entries().map(([key]) => key)
      : Object.fromEntries(
          store
            .entries()
            .filter(([key]) => key.startsWith(prefix))
            .map(([key, value]) => [key, maskedSecrets(key, value)]),
        );
  return { ...ok(body), etag: etagOf(controlled) };
}

/** As AWS's `UpdateKeys`: all or nothing, and a conflict when the store has changed since the ETag was told. */
function updated(controlled: Controlled, body: string, ifMatch: string | undefined): Reply {
  const etag = etagOf(controlled);
  if (ifMatch !== etag)
    return failure(409, `If-Match: expected the ETag that GET /kvs tells now, got ${ifMatch ? 'another' : 'nothing'}`);
  controlled.store.write(readUpdate(jsonOf(body), controlled.store));
  return { ...NO_CONTENT, etag: etagOf(controlled) };
}

function etagOf({ store, instance }: Controlled): string {
  return `"${instance}-${store.version()}"`;
}

function storedValue(store: KeyValueStore, key: string): Reply {
  const value = store.get(key);
  return value === undefined ? noSuchKey(key) : ok(maskedSecrets(key, value));
}

function storeValue(store: KeyValueStore, key: string, value: string): Reply {
  store.set(key, acceptedValue(store, key, value));
  return NO_CONTENT;
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

function send(response: ServerResponse, { status, body, etag }: Reply): void {
  const text = body === undefined ? '' : typeof body === 'string' ? `${body}\n` : `${JSON.stringify(body, null, 2)}\n`;
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(etag !== undefined && { etag }),
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
