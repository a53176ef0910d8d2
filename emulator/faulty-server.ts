/** An HTTP server on loopback that can be made to fail as an origin does. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EdgeError } from '../config/errors.ts';
import type { Clock } from './clock.ts';
import type { Fault } from './fault.ts';
import type { ReceivedRequest, StandIn } from './stand-in.ts';

/** How the server answers; `truncated`: the headers as ever, then half of the body and the end of the connection. */
export interface Answers {
  answer(request: IncomingMessage, response: ServerResponse, truncated: boolean): Promise<void>;
  /** With an error status that the operator asked for. */
  failWith(status: number, response: ServerResponse): Promise<void>;
}

export interface FaultyServer extends StandIn {
  readonly port: number;
}

const HOST = '127.0.0.1';

const RECEIVED_KEPT = 1_000;

/** CloudFront keeps an idle connection for 5 seconds unless told otherwise: be sure to hang up later. */
const KEEP_ALIVE_MS = 20_000;

/**
 * @param name the origin, as messages name it
 * @param port 0: any free one
 * @throws {EdgeError} ERR_LISTEN_FAILED without its port.
 */
export async function startFaultyServer(
  name: string,
  port: number,
  clock: Clock,
  { answer, failWith }: Answers,
): Promise<FaultyServer> {
  const received: ReceivedRequest[] = [];
  let fault: Fault | null = null;
  /** Requests since the fault was set that may be answered with its status. */
  let metByStatus = 0;
  let isClosed = false;
  let lastChange: Promise<void> = Promise.resolve();

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    received.push({ method: request.method ?? '', target: request.url ?? '', headers: request.headers });
    if (received.length > RECEIVED_KEPT) received.shift();
    meet(fault, request, response);
  });
  await listen(server, port, name);
  const address = server.address() as AddressInfo;

  function meet(current: Fault | null, request: IncomingMessage, response: ServerResponse): void {
    switch (current?.kind) {
      // No new connection comes this far while the server is down; one that exists falls silent.
      case 'down':
      case 'hang':
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'slow': {
        const cancel = clock.after(current.ms, () => meet(null, request, response));
        response.on('close', cancel);
        return;
      }
      case 'status':
        if (isHit(++metByStatus, current.share ?? 1)) void failWith(current.status, response);
        else meet(null, request, response);
        return;
      default:
        void answer(request, response, current?.kind === 'truncate');
    }
  }

  /** One change at a time: a port that is being given up cannot be taken up yet. */
  function inTurn(change: () => Promise<void>): Promise<void> {
    const done = lastChange.then(change);
    lastChange = done.catch(() => undefined);
    return done;
  }

  return {
    port: address.port,
    url: `http://${HOST}:${address.port}`,
    received,
    get fault() {
      return fault;
    },
    address: () => ({
      // A server that speaks no TLS is what breaks the handshake.
      protocol: fault?.kind === 'tls' ? 'https:' : 'http:',
      host: HOST,
      port: address.port,
      isUnreachable: fault?.kind === 'down',
      isUnresolvable: fault?.kind === 'dns',
      isFaulty: fault !== null,
      signingKey: null,
    }),
    setFault: (next) =>
      inTurn(async () => {
        if (isClosed) return;
        if (next?.kind === 'refuse') await stop(server);
        else await listen(server, address.port, name);
        if (next?.kind === 'down') server.closeAllConnections();
        fault = next;
        metByStatus = 0;
      }),
    close: () =>
      inTurn(async () => {
        isClosed = true;
        await stop(server);
      }),
  };
}

/** Spread evenly over the requests, which are counted from 1, and always alike. */
function isHit(count: number, share: number): boolean {
  return Math.floor(count * share) > Math.floor((count - 1) * share);
}

async function listen(server: Server, port: number, name: string): Promise<void> {
  if (server.listening) return;
  try {
    server.listen(port, HOST);
    await once(server, 'listening');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `origin ${name}: expected a port to listen on, got ${port}: ${code}`;
    throw new EdgeError('ERR_LISTEN_FAILED', message, { cause });
  }
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
