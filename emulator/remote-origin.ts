/** A server elsewhere that stands in for an origin. */
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unexpected } from '../config/errors.ts';
import type { Clock } from './clock.ts';
import { startFaultyServer } from './faulty-server.ts';
import type { StandIn } from './stand-in.ts';

/**
 * Requests go to the URL's host and port, over TLS where it says `https`. While it has a fault they go
 * to a relay on loopback, which fails so, or passes on slowly or in part what the server answers.
 *
 * @param name the origin, as messages name it
 * @throws {EdgeError} ERR_OPTION_INVALID for a URL that says more than scheme, host and port.
 */
export async function startRemoteOrigin(url: string, name: string, clock: Clock): Promise<StandIn> {
  const { protocol, hostname, port, origin } = serverAt(url, name);
  const relay = await startFaultyServer(name, 0, clock, {
    answer: (request, response, truncated) => passOn(origin, request, response, truncated),
    failWith: failWithText,
  });
  const server = {
    protocol: protocol === 'https:' ? 'https:' : 'http:',
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
    isUnreachable: false,
    isUnresolvable: false,
    isFaulty: false,
    signingKey: null,
  } as const;
  return {
    url: origin,
    get fault() {
      return relay.fault;
    },
    address: () => (relay.fault === null ? server : relay.address()),
    received: relay.received,
    setFault: relay.setFault,
    close: relay.close,
  };
}

/** The URL may hold a password: it is not shown. */
function serverAt(text: string, name: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (isWeb && url.href === `${url.origin}/`) return url;
  throw unexpected('ERR_OPTION_INVALID', `origin ${name}`, 'http:// or https://, a host and perhaps a port', '...');
}

export async function failWithText(status: number, response: ServerResponse): Promise<void> {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(`${status}\n`);
}

/** What a server answers. Truncated, a body that does not tell its length ends before it begins. */
export function passOn(
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
  truncated: boolean,
): Promise<void> {
  const ask = origin.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const broken = (): void => {
      response.destroy();
      resolve();
    };
    const options = { method: request.method ?? 'GET', path: request.url ?? '/', headers: request.rawHeaders };
    const asked = ask(origin, { ...options, setHost: false, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      const share = truncated
        ? Math.floor(Number(answer.headers['content-length'] ?? 0) / 2)
        : Number.POSITIVE_INFINITY;
      pipeline(answer, firstBytes(share), response, { end: !truncated }).then(() => {
        if (truncated) response.socket?.destroySoon();
        resolve();
      }, broken);
    });
    asked.once('error', broken);
    request.pipe(asked);
  });
}

function firstBytes(count: number): Transform {
  let left = count;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const kept = chunk.subarray(0, Math.min(left, chunk.length));
      left -= kept.length;
      done(null, kept);
    },
  });
}
