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
