/**
 * The control API: what runs is looked at, broken, repaired and steered over HTTP. For this machine alone:
 * a foreign `Host` (DNS rebinding) or `Origin` (another site's page) is refused.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { EdgeError } from '../../config/errors.ts';
import { decoded } from '../masked-request.ts';
import type { Controlled } from './controlled.ts';
import type { Inspector } from './inspector.ts';
import { failure, type Reply, type Route } from './route.ts';
import { ROUTES } from './routes.ts';

const MAX_BODY_BYTES = 64 * 1024;
const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;

/** @param inspector the page that shows all of it to people; null: there is none */
export function controlListener(controlled: Controlled, inspector: Inspector | null): Server {
  return createServer(async (request, response) => {
    let reply: Reply;
    try {
      if (!isFromHere(request)) reply = failure(403, 'Host and Origin: expected this machine');
      else reply = (await inspector?.reply(request)) ?? (await answer(controlled, request));
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
  const { method = 'GET', headers } = request;
  const here = ROUTES.filter((route) => isAt(route, segments));
  if (here.length === 0) return failure(404, `path: expected ${knownPaths()}, got another`);
  const route = here.find((other) => other.method === method);
  if (route === undefined) {
    return failure(405, `method: expected ${here.map((other) => other.method).join(' or ')}, got ${method}`);
  }
  return route.run(controlled, {
    part: (name) => segments[segmentsOf(route).indexOf(`{${name}}`)] ?? '',
    query: new URLSearchParams(query),
    headers,
    body: route.body === undefined ? '' : await textOf(request),
  });
}

function isAt(route: Route, segments: readonly string[]): boolean {
  const wanted = segmentsOf(route);
  return wanted.length === segments.length && wanted.every((part, i) => part.startsWith('{') || part === segments[i]);
}

function segmentsOf({ path }: Route): string[] {
  return path.split('/').slice(1);
}

function knownPaths(): string {
  const paths = [...new Set(ROUTES.map(({ path }) => path.replace(/\{(\w+)\}/g, '<$1>')))];
  return `${paths.slice(0, -1).join(', ')} or ${paths.at(-1)}`;
}

function send(response: ServerResponse, { status, body, etag, stream, headers }: Reply): void {
  const text = body === undefined ? '' : typeof body === 'string' ? `${body}\n` : `${JSON.stringify(body, null, 2)}\n`;
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(etag !== undefined && { etag }),
    ...(stream !== undefined && { 'content-type': 'text/event-stream' }),
    ...(body !== undefined && {
      'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    }),
    ...headers,
  });
  if (stream === undefined) response.end(text);
  else stream(response);
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
