/** A custom origin for a test: a server that answers as it is told, and remembers what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A certificate for `localhost` that signs itself, and its key. */
export const LOCALHOST_PEM = fileURLToPath(new URL('./localhost.pem', import.meta.url));

export interface OriginServer {
  readonly url: string;
  readonly received: readonly IncomingMessage[];
  close(): Promise<void>;
}

/** @param pem certificate and key of an origin that speaks TLS */
export async function startOriginServer(listener: RequestListener, pem?: Buffer): Promise<OriginServer> {
  const received: IncomingMessage[] = [];
  const remember: RequestListener = (request, response) => {
    received.push(request);
    listener(request, response);
  };
  const server: Server =
    pem === undefined ? createServer(remember) : createTlsServer({ cert: pem, key: pem }, remember);
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${pem === undefined ? 'http' : 'https'}://localhost:${port}`,
    received,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** An origin that is told in the middle of a test how to answer from then on. */
export interface ToldOrigin extends OriginServer {
  answers(listener: RequestListener): void;
  /** Its side of the next request, which it leaves unanswered. */
  next(): Promise<Parameters<RequestListener>>;
}

export async function startToldOrigin(): Promise<ToldOrigin> {
  let told: RequestListener;
  const answers = (listener: RequestListener): void => {
    told = listener;
  };
  const server = await startOriginServer((request, response) => told(request, response));
  const next = (): Promise<Parameters<RequestListener>> =>
    new Promise((resolve) => answers((request, response) => resolve([request, response])));
  return { ...server, answers, next };
}
