/** Viewers that speak TLS: HTTP/1.1 and HTTP/2, with the authority that the edge tells of. */
import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Edge } from '../../emulator/edge.ts';

export interface SecureAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Over HTTP/1.1. */
export function askSecurely(
  { https }: Edge,
  path: string,
  headers: OutgoingHttpHeaders = {},
  method = 'GET',
): Promise<SecureAnswer> {
  return new Promise((resolve, reject) => {
    const options = { ca: https?.authority, servername: 'localhost', path, headers, method, agent: false } as const;
    const sent = httpsRequest(https?.url ?? '', options, async (response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) });
    });
    sent.on('error', reject).end();
  });
}

/** A connection over which HTTP/2 is spoken. */
export async function http2Session({ https }: Edge): Promise<ClientHttp2Session> {
  const session = connect(https?.url ?? '', { ca: https?.authority ?? '' });
  await once(session, 'connect');
  return session;
}

/** One request over HTTP/2; a body is sent as it comes. */
export async function askHttp2(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body: Readable | null = null,
): Promise<SecureAnswer> {
  const stream = session.request(headers, { endStream: body === null });
  body?.pipe(stream);
  const answered = await answerOf(stream);
  return { ...answered, body: await text(stream) };
}

/** The headers of an answer. */
export async function answerOf(stream: ClientHttp2Stream): Promise<Omit<SecureAnswer, 'body'>> {
  const [headers] = await once(stream, 'response');
  return { status: headers[':status'], headers };
}
