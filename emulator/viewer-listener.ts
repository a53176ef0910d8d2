/** HTTP in and out: a viewer's request becomes an `EdgeRequest`, the answer goes back. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { errorPage, reasonPhrase } from './error-page.ts';
import type { EdgeRequest, OnInterim, ViewerAnswer } from './exchange.ts';
import { headerLines, rawHeaders, withoutHeaders } from './headers.ts';
import { requestId } from './request-id.ts';

/** Beyond CloudFront's own quota, which is checked where CloudFront checks it. */
const MAX_HEADER_BYTES = 128 * 1024;

const OF_ONE_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'content-length'];

export interface ViewerAnswered {
  readonly request: EdgeRequest;
  readonly answer: ViewerAnswer;
  /** Milliseconds from the request's headers to the answer's. */
  readonly milliseconds: number;
}

/** `passesInterim`: whether a viewer is sent the origin's interim responses. */
export function viewerListener(
  serve: (request: EdgeRequest) => Promise<ViewerAnswer>,
  onAnswered: (answered: ViewerAnswered) => void,
  onCrash: (error: unknown) => void,
  passesInterim = false,
): Server {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, async (incoming, outgoing) => {
    const started = performance.now();
    const received = edgeRequest(incoming);
    const request = passesInterim ? { ...received, onInterim: interimTo(incoming, outgoing) } : received;
    let answer: ViewerAnswer;
    try {
      answer = isWellFormed(incoming) ? await serve(request) : errorPage(400, 'Bad request.', request.id);
    } catch (error) {
      // A viewer that left in the middle of its body is nobody's failure.
      if (error !== incoming.errored) onCrash(error);
      answer = errorPage(500, 'The emulator failed. This is not what CloudFront would answer.', request.id);
    }
    onAnswered({ request, answer, milliseconds: performance.now() - started });
    try {
      send(answer, incoming, outgoing);
    } catch (error) {
      onCrash(error);
      outgoing.destroy();
    }
  });
  server.on('clientError', (_, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  });
  return server;
}

/** A path, not `*` nor an absolute URL, as proxies are sent it; and one host. */
function isWellFormed(incoming: IncomingMessage): boolean {
  const hosts = headerLines(incoming.rawHeaders).filter(([name]) => name === 'host').length;
  return (incoming.url?.startsWith('/') ?? false) && hosts <= 1;
}

function edgeRequest(incoming: IncomingMessage): EdgeRequest {
  const target = incoming.url ?? '';
  const mark = target.indexOf('?');
  const hasBody = incoming.headers['transfer-encoding'] !== undefined || Number(incoming.headers['content-length']) > 0;
  return {
    id: requestId(),
    method: incoming.method ?? 'GET',
    uri: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? undefined : target.slice(mark + 1),
    headers: headerLines(incoming.rawHeaders),
    viewerIp: (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    body: hasBody ? incoming : null,
  };
}

/**
 * Before the answer alone, and never to a viewer of HTTP/1.0.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.2
 */
function interimTo(incoming: IncomingMessage, outgoing: ServerResponse): OnInterim {
  return (status, headers) => {
    if (outgoing.headersSent || incoming.httpVersion === '1.0') return;
    const lines = withoutHeaders(headers, OF_ONE_HOP).map(([name, value]) => `${name}: ${value}\r\n`);
    outgoing.socket?.write(`HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${lines.join('')}\r\n`, 'latin1');
  };
}

/**
 * After these the connection to the viewer ends.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
const CLOSING = [400, 405, 414, 416, 500, 501];

function send(answer: ViewerAnswer, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { status, headers, body } = answer;
  incoming.resume();
  if (CLOSING.includes(status)) outgoing.shouldKeepAlive = false;
  outgoing.writeHead(status, reasonPhrase(status), rawHeaders(withLength(answer, headers)));
  if (body === null || Buffer.isBuffer(body)) {
    outgoing.end(incoming.method === 'HEAD' ? undefined : (body ?? undefined));
  } else {
    // An error ends the connection to the viewer in the middle, which is all that can be said by then.
    pipeline(body, outgoing, () => {});
  }
}

function withLength({ status, body }: ViewerAnswer, headers: ViewerAnswer['headers']): ViewerAnswer['headers'] {
  const isSized = headers.some(([name]) => name === 'content-length');
  if (isSized || status === 204 || status === 304 || !(body === null || Buffer.isBuffer(body))) return headers;
  return [...headers, ['content-length', String(body?.length ?? 0)]];
}
