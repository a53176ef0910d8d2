/** What became of an answer on its way to the viewer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { TLSSocket } from 'node:tls';
import type { ViewerAnswer } from './exchange.ts';

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/** How the answer went out. Times are milliseconds from the request's headers. */
export interface ViewerServed {
  /** `unsent`: the viewer had gone before; `viewer-gone`: it went before the end. */
  readonly outcome: 'sent' | 'unsent' | 'viewer-gone' | 'origin-broke-off';
  /** Of the answer's body, as far as it was sent. */
  readonly bodyBytes: number;
  readonly firstByteMilliseconds: number;
  readonly milliseconds: number;
  /** The viewer's. */
  readonly port: number | null;
  readonly tls: { readonly protocol: string | null; readonly cipher: string } | null;
}

export type OnServed = (served: ViewerServed) => void;

/** Before anything is sent, so that it sees all of it. */
export function tellWhenServed(
  onServed: OnServed,
  started: number,
  { body, tunnel }: ViewerAnswer,
  incoming: Incoming,
  outgoing: Outgoing,
): void {
  const socket = 'stream' in incoming ? incoming.stream.session?.socket : incoming.socket;
  const port = socket?.remotePort ?? null;
  const tls = socket instanceof TLSSocket ? { protocol: socket.getProtocol(), cipher: socket.getCipher().name } : null;
  const response = outgoing instanceof Http2ServerResponse ? outgoing.stream : outgoing;
  const out = tunnel === undefined ? response : incoming.socket;
  const firstByteMilliseconds = performance.now() - started;
  let bodyBytes = incoming.method !== 'HEAD' && Buffer.isBuffer(body) ? body.length : 0;
  const streamed = tunnel?.socket ?? (body === null || Buffer.isBuffer(body) ? null : body);
  streamed?.on('data', (chunk: Buffer) => {
    bodyBytes += chunk.length;
  });
  const served = (): void => {
    const isSent = tunnel !== undefined || response.writableFinished;
    const cut = streamed?.destroyed === true ? 'origin-broke-off' : response.headersSent ? 'viewer-gone' : 'unsent';
    const milliseconds = performance.now() - started;
    onServed({ outcome: isSent ? 'sent' : cut, bodyBytes, firstByteMilliseconds, milliseconds, port, tls });
  };
  if (out.destroyed) served();
  else out.once('close', served);
}
