/** How long a viewer may take, and keep a connection that it does not use. AWS names no figures: these are ours. */
import type { IncomingMessage } from 'node:http';
import { constants, type Http2ServerRequest } from 'node:http2';
import type { Clock } from './clock.ts';

/** Milliseconds, by the machine's clock. */
export interface ViewerLimits {
  /** For the headers of a request. */
  readonly headers: number;
  /** Between requests. */
  readonly idle: number;
}

export const VIEWER_LIMITS: ViewerLimits = { headers: 60_000, idle: 60_000 };

/** Without a byte of a body that somebody reads; by the edge's clock. */
const SILENT_BODY_MS = 120_000;

/** As servers of node:http take them. An upload may take as long as it needs; a machine that is gone is noticed. */
export function serverOptions({ headers, idle }: ViewerLimits) {
  return {
    headersTimeout: headers,
    requestTimeout: 0,
    keepAliveTimeout: idle,
    connectionsCheckingInterval: Math.min(headers, 5_000),
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
  };
}

/** Breaks off a body of which nothing comes although it is waited for. */
export function endingSilence(body: IncomingMessage | Http2ServerRequest, clock: Clock): void {
  let cancel = (): void => {};
  const end = (): void => {
    if ('stream' in body) body.stream.close(constants.NGHTTP2_CANCEL);
    else body.destroy(new Error('the viewer has fallen silent'));
  };
  const restart = (): void => {
    cancel();
    cancel = clock.after(SILENT_BODY_MS, end);
  };
  body.on('resume', restart).on('pause', () => cancel());
  // Not before somebody reads: listening makes it flow.
  body.once('resume', () => body.on('data', restart));
  for (const over of ['end', 'close']) body.once(over, () => cancel());
}
