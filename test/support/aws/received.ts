import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request to AWS as it came. */
export interface Received {
  readonly method: string;
  /** Still encoded, without the query string. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Likewise, of a service whose bodies are texts. */
export interface ReceivedText extends Omit<Received, 'body'> {
  readonly body: string;
}

/** Reads it to its end. */
export async function received(incoming: IncomingMessage): Promise<Received> {
  const { method = '', url = '/', headers } = incoming;
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { pathname: path, searchParams: query } = new URL(url, 'http://localhost');
  return { method, path, query, headers, body: Buffer.concat(chunks) };
}
