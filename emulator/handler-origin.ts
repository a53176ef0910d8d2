/** A request handler that stands in for an origin. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from './clock.ts';
import { type FaultyServer, startFaultyServer } from './faulty-server.ts';
import { failWithText, passOn } from './remote-origin.ts';

/**
 * Serves it on loopback. What it throws is answered with 500, or breaks off the answer that it began.
 *
 * @param name the origin, as messages name it
 * @param onFailure told of what the handler throws
 * @throws {EdgeError} ERR_LISTEN_FAILED.
 */
export async function startHandlerOrigin(
  handler: RequestListener,
  name: string,
  clock: Clock,
  onFailure: (error: unknown) => void,
): Promise<FaultyServer> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await handler(request, response);
    } catch (error) {
      onFailure(error);
      if (response.headersSent) response.destroy();
      else await failWithText(500, response);
    }
  };
  // A part of an answer is taken from a whole one, which has to come from somewhere.
  const whole = createServer((request, response) => void handle(request, response));
  const server = await startFaultyServer(name, 0, clock, {
    answer(request, response, truncated) {
      if (!truncated) return handle(request, response);
      const { port } = whole.address() as AddressInfo;
      return passOn(`http://127.0.0.1:${port}`, request, response, true);
    },
    failWith: failWithText,
  });
  await once(whole.listen(0, '127.0.0.1'), 'listening');
  return {
    ...server,
    get fault() {
      return server.fault;
    },
    async close() {
      whole.close();
      whole.closeAllConnections();
      await server.close();
    },
  };
}
