/** HTTP in and out: a viewer's request becomes an `EdgeRequest`, the answer goes back. */
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { createSecureServer, Http2ServerResponse } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { Server as NetServer, Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { Arrived } from './arrival.ts';
import type { Clock } from './clock.ts';
import { errorPage, reasonPhrase } from './error-page.ts';
import type { EdgeRequest, OnInterim, Tunnel, ViewerAnswer } from './exchange.ts';
import { type HeaderLines, headerLines, rawHeaders, withoutHeaders } from './headers.ts';
import { breakingOff, http2RequestLines, sendInterimOverHttp2, sendOverHttp2 } from './http2.ts';
import type { LocalCertificate } from './local-certificate.ts';
import { requestId } from './request-id.ts';
import { endingSilence, serverOptions, VIEWER_LIMITS, type ViewerLimits } from './viewer-limits.ts';
import { type Incoming, type OnServed, type Outgoing, tellWhenServed } from './viewer-served.ts';
import { isWebSocketRequest, join } from './websocket.ts';

/** Beyond CloudFront's own quota, which is checked where CloudFront checks it. */
const MAX_HEADER_BYTES = 128 * 1024;

const OF_ONE_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

export interface ViewerAnswered {
  readonly request: EdgeRequest;
  readonly answer: ViewerAnswer;
  /** Milliseconds from the request's headers to the answer's. */
  readonly milliseconds: number;
}

/** Who answers viewers, and who is told of it. */
export interface ViewerService {
  /** Finds out where a request comes from. */
  arriving(request: EdgeRequest): Arrived;
  serve(request: EdgeRequest): Promise<ViewerAnswer>;
  /** Told of each answer before it is sent. Whom it returns is told how that went; null: nobody is. */
  onAnswered(answered: ViewerAnswered): OnServed | null;
  /** Told of failures of the emulator itself. */
  onCrash(error: unknown): void;
  /** How long a WebSocket connection has been silent is told by it. */
  readonly clock: Clock;
  /** Whether a viewer is sent the origin's interim responses. */
  readonly passesInterim: boolean;
}

/** Without TLS. `scheme`: what its viewers count as speaking. */
export function viewerListener(
  service: ViewerService,
  scheme: EdgeRequest['scheme'],
  limits: ViewerLimits = VIEWER_LIMITS,
): Server {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, ...serverOptions(limits) }, (incoming, outgoing) =>
    answer(service, scheme, incoming, outgoing),
  );
  return prepared(server, service, scheme);
}

/** With TLS, and HTTP/1.1 for those who do not ask for HTTP/2, or may not. */
export function secureViewerListener(
  service: ViewerService,
  { key, certificate }: LocalCertificate,
  hasHttp2: boolean,
  limits: ViewerLimits = VIEWER_LIMITS,
): NetServer {
  const listener = (incoming: Incoming, outgoing: Outgoing): void => {
    if ('stream' in incoming) breakingOff(incoming);
    void answer(service, 'https', incoming, outgoing);
  };
  const shown = { key, cert: certificate };
  const options = { maxHeaderSize: MAX_HEADER_BYTES, ...serverOptions(limits) };
  if (!hasHttp2) return prepared(createTlsServer({ ...shown, ...options }, listener), service, 'https');
  const settings = { maxHeaderListSize: MAX_HEADER_BYTES };
  const server = createSecureServer({ ...shown, allowHTTP1: true, maxHeaderListPairs: 1_000, settings }, listener);
  server.on('session', (session) => session.setTimeout(limits.idle, () => session.close()));
  // Of HTTP/1.1, where the types do not know them.
  return prepared(Object.assign(server, options), service, 'https');
}

/** Ready for what is no HTTP, and for what asks for another protocol. */
function prepared<T extends NetServer>(server: T, service: ViewerService, scheme: EdgeRequest['scheme']): T {
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const outgoing = new ServerResponse(incoming);
    outgoing.shouldKeepAlive = false;
    outgoing.assignSocket(socket);
    outgoing.once('finish', () => socket.destroySoon());
    socket.on('error', () => {});
    void answer(service, scheme, incoming, outgoing, head);
  });
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket: Socket) => {
    const status = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
    if (socket.writable) socket.end(headOf(status, [['connection', 'close']]), 'latin1');
  });
  return server;
}

/** @param head of a request to upgrade, what came behind it; null: it is another request */
async function answer(
  { arriving, serve, onAnswered, onCrash, clock, passesInterim }: ViewerService,
  scheme: EdgeRequest['scheme'],
  incoming: Incoming,
  outgoing: Outgoing,
  head: Buffer | null = null,
): Promise<void> {
  const started = performance.now();
  const received = edgeRequest(incoming, scheme, head !== null);
  if (received.body !== null) endingSilence(incoming, clock);
  const { request, refusal } = arriving(
    passesInterim ? { ...received, onInterim: interimTo(incoming, outgoing) } : received,
  );
  let made: ViewerAnswer;
  try {
    // The body of a request to upgrade has been read by nobody.
    const isReadable = isWellFormed(request) && !(head !== null && hasBody(incoming));
    made = refusal ?? (isReadable ? await serve(request) : errorPage(400, 'Bad request.', request.id));
  } catch (error) {
    // A viewer that left in the middle of its body is nobody's failure.
    if (error !== incoming.errored) onCrash(error);
    made = errorPage(500, 'The emulator failed. This is not what CloudFront would answer.', request.id);
  }
  const onServed = onAnswered({ request, answer: made, milliseconds: performance.now() - started });
  if (onServed !== null) tellWhenServed(onServed, started, made, incoming, outgoing);
  try {
    if (made.tunnel === undefined) send(made, incoming, outgoing);
    else open(made, made.tunnel, incoming.socket as Socket, head ?? Buffer.alloc(0), clock);
  } catch (error) {
    onCrash(error);
    (outgoing instanceof ServerResponse ? outgoing : outgoing.stream).destroy();
  }
}

/** A path, not `*` nor an absolute URL, as proxies are sent it; and one host. */
function isWellFormed({ uri, headers }: EdgeRequest): boolean {
  return uri.startsWith('/') && headers.filter(([name]) => name === 'host').length <= 1;
}

function edgeRequest(incoming: Incoming, scheme: EdgeRequest['scheme'], isUpgrade: boolean): EdgeRequest {
  const target = incoming.url ?? '';
  const mark = target.indexOf('?');
  return {
    id: requestId(),
    scheme,
    httpVersion: incoming.httpVersion,
    method: incoming.method ?? 'GET',
    uri: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? undefined : target.slice(mark + 1),
    headers: linesOf(incoming),
    viewerIp: (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    viewerPort: incoming.socket.remotePort,
    body: hasBody(incoming) ? incoming : null,
    ...(isUpgrade && isWebSocketRequest(incoming as IncomingMessage) && { isWebSocket: true }),
  };
}

function linesOf(incoming: Incoming): HeaderLines {
  return 'stream' in incoming ? http2RequestLines(incoming.rawHeaders) : headerLines(incoming.rawHeaders);
}

function hasBody(incoming: Incoming): boolean {
  const length = incoming.headers['content-length'];
  if ('stream' in incoming) return !incoming.stream.endAfterHeaders && Number(length ?? 1) > 0;
  return incoming.headers['transfer-encoding'] !== undefined || Number(length) > 0;
}

/**
 * Before the answer alone, and never to a viewer of HTTP/1.0.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.2
 */
function interimTo(incoming: Incoming, outgoing: Outgoing): OnInterim {
  return (status, headers) => {
    if (outgoing.headersSent || incoming.httpVersion === '1.0') return;
    const passed = withoutHeaders(headers, OF_ONE_HOP);
    if (outgoing instanceof Http2ServerResponse) {
      sendInterimOverHttp2(outgoing.stream, status, passed);
    } else {
      outgoing.socket?.write(headOf(status, passed), 'latin1');
    }
  };
}

/**
 * After these the connection to the viewer ends.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
const CLOSING = [400, 405, 414, 416, 500, 501];

/** Nothing more of HTTP comes after the answer. */
function open({ status, headers }: ViewerAnswer, tunnel: Tunnel, socket: Socket, head: Buffer, clock: Clock): void {
  socket.write(headOf(status, headers), 'latin1');
  join(socket, head, tunnel, clock);
}

function headOf(status: number, headers: HeaderLines): string {
  const lines = headerLines(rawHeaders(headers)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${lines.join('')}\r\n`;
}

function send(answer: ViewerAnswer, incoming: Incoming, outgoing: Outgoing): void {
  const { status, body } = answer;
  const headers = withLength(answer);
  incoming.resume();
  if (outgoing instanceof Http2ServerResponse) {
    sendOverHttp2(outgoing.stream, { status, headers, body });
    return;
  }
  if (CLOSING.includes(status)) outgoing.shouldKeepAlive = false;
  outgoing.writeHead(status, reasonPhrase(status), rawHeaders(headers));
  if (body === null || Buffer.isBuffer(body)) {
    outgoing.end(incoming.method === 'HEAD' ? undefined : (body ?? undefined));
  } else {
    // The body may be a while in coming: while it is compressed, for one.
    outgoing.flushHeaders();
    // An error ends the connection to the viewer in the middle, which is all that can be said by then.
    pipeline(body, outgoing, () => {});
  }
}

function withLength({ status, headers, body }: ViewerAnswer): HeaderLines {
  const isSized = headers.some(([name]) => name === 'content-length');
  if (isSized || status === 204 || status === 304 || !(body === null || Buffer.isBuffer(body))) return headers;
  return [...headers, ['content-length', String(body?.length ?? 0)]];
}
