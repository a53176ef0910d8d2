/** What HTTP/2 writes otherwise than HTTP/1.1: requests as the edge has them, and answers on a stream. */
import type { OutgoingHttpHeaders } from 'node:http';
import type { Http2ServerRequest, ServerHttp2Stream } from 'node:http2';
import { pipeline } from 'node:stream';
import type { EdgeResponse } from './exchange.ts';
import { type HeaderLines, headerLines, rawHeaders, withoutHeaders } from './headers.ts';
import { discard, drain } from './passing-body.ts';

/** Of one connection only: an error in HTTP/2. */
const CONNECTION_HEADERS = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'];

/**
 * The headers as HTTP/1.1 would have them: `:authority` is the host, and what was sent as several cookie
 * headers is one. A `host` that says something else stays beside it: then there are two.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3
 */
export function http2RequestLines(raw: readonly string[]): HeaderLines {
  const lines = headerLines(raw);
  const authority = lines.find(([name]) => name === ':authority')?.[1];
  const cookies = lines.filter(([name]) => name === 'cookie').map(([, value]) => value);
  const sent = lines.filter(([name, value]) => {
    const isSameHost = name === 'host' && value.toLowerCase() === authority?.toLowerCase();
    return !name.startsWith(':') && name !== 'cookie' && !isSameHost;
  });
  return [
    ...(authority === undefined ? [] : ([['host', authority]] satisfies HeaderLines)),
    ...sent,
    ...(cookies.length === 0 ? [] : ([['cookie', cookies.join('; ')]] satisfies HeaderLines)),
  ];
}

/** A stream that a viewer resets looks as if it had ended: the body of a request then breaks off instead. */
export function breakingOff(request: Http2ServerRequest): void {
  request.on('error', () => {});
  request.once('aborted', () => request.destroy(new Error('the viewer has reset the stream')));
}

/** Nothing is sent on a stream that the viewer has given up. */
export function sendOverHttp2(stream: ServerHttp2Stream, { status, headers, body }: EdgeResponse): void {
  if (stream.destroyed || stream.closed) {
    discard(body);
    return;
  }
  stream.respond(fields(status, headers));
  // To HEAD, and with 204 and 304, there is no body, and the stream has ended.
  if (stream.writableEnded) drain(body);
  else if (body === null || Buffer.isBuffer(body)) stream.end(body ?? undefined);
  else pipeline(body, stream, () => {});
}

/** An interim response (1xx). */
export function sendInterimOverHttp2(stream: ServerHttp2Stream, status: number, headers: HeaderLines): void {
  if (!stream.destroyed && !stream.headersSent) stream.additionalHeaders(fields(status, headers));
}

function fields(status: number, headers: HeaderLines): OutgoingHttpHeaders {
  const made: OutgoingHttpHeaders = { ':status': status };
  for (const [name, value] of headerLines(rawHeaders(withoutHeaders(headers, CONNECTION_HEADERS)))) {
    const before = made[name];
    if (before === undefined) made[name] = name === 'set-cookie' ? [value] : value;
    else made[name] = Array.isArray(before) ? [...before, value] : `${before}, ${value}`;
  }
  return made;
}
