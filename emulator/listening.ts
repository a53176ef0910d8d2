/** Listeners on loopback. */
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { EdgeError } from '../config/errors.ts';

/**
 * The port that the server listens on; what is pushed to `running` ends it, with whatever is under way.
 *
 * @param port 0: any free one
 * @param what the option that names it
 * @throws {EdgeError} ERR_LISTEN_FAILED.
 */
export async function listen(
  server: Server,
  port: number,
  what: string,
  running: (() => Promise<unknown>)[],
): Promise<number> {
  // Also those that have become something else than HTTP/1.1.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const got = code === 'EADDRINUSE' ? 'one that is taken' : `one that cannot be listened on (${code})`;
    throw new EdgeError('ERR_LISTEN_FAILED', `--${what} ${port}: expected a free port, got ${got}`, { cause: error });
  }
  running.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        for (const socket of sockets) socket.destroy();
      }),
  );
  return (server.address() as AddressInfo).port;
}
