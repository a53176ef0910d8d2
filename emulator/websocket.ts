/** WebSocket connections: what asks for one, and the way between viewer and origin once there is one. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from './clock.ts';
import type { Tunnel } from './exchange.ts';
import type { HeaderLines } from './headers.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.websockets.html */
const IDLE_MS = 600_000;

/** What the origin is asked for one with, beside what policies forward. */
export const UPGRADE_HEADERS: HeaderLines = [
  ['connection', 'Upgrade'],
  ['upgrade', 'websocket'],
];

/** Of a request to upgrade. Not with another method, and there is no such request over HTTP/2. */
export function isWebSocketRequest({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Passes on what either sends until one of them closes, or both are silent for ten minutes.
 *
 * @param sent what the viewer sent already
 */
export function join(viewer: Socket, sent: Buffer, { socket: origin, head }: Tunnel, clock: Clock): void {
  const end = (): void => {
    cancel();
    viewer.destroySoon();
    origin.destroySoon();
  };
  let cancel = clock.after(IDLE_MS, end);
  const restart = (): void => {
    cancel();
    cancel = clock.after(IDLE_MS, end);
  };
  for (const [from, to, first] of [
    [viewer, origin, sent],
    [origin, viewer, head],
  ] as const) {
    if (first.length > 0) to.write(first);
    from.on('data', restart).on('error', end).once('end', end).once('close', end);
    from.pipe(to);
  }
  if (viewer.destroyed || origin.destroyed) end();
}
