/** A request of one's own, sent to the edge as a viewer would. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { unexpected } from '../../config/errors.ts';
import { VIEWER_HEADER } from '../arrival.ts';
import { CITIES } from '../cities.ts';
import type { Controlled } from './controlled.ts';
import { failure, jsonOf, ok, type Reply, type Route } from './route.ts';
import { integer, list, map, object, text } from './schema.ts';
import { CREDENTIAL, SIGNING_WAYS, signed } from './tried-credential.ts';

/** Longer than an origin may take. */
const LIMIT_MS = 90_000;

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

export const TRIED: readonly Route[] = [
  {
    method: 'GET',
    path: '/try',
    summary: 'What requests that are tried can be',
    query: { path: text('A path to sign for; absent: any') },
    answers: {
      200: {
        description: 'The choices',
        schema: object({
          cities: list(text('Where a viewer may be')),
          signedPaths: list(text('A path pattern that a credential can be signed for here')),
          ways: SIGNING_WAYS,
        }),
      },
    },
    run: ({ signer }, { query }) =>
      ok({
        cities: CITIES.map(({ city }) => city),
        signedPaths: [...new Set(signer?.ways(null).map(({ path }) => path))],
        ways: signer?.ways(query.get('path')) ?? [],
      }),
  },
  {
    method: 'POST',
    path: '/try',
    summary: 'Sends a request to the edge, as a viewer would; with a credential that is signed on the spot',
    body: {
      schema: object(
        {
          method: text('Default: GET'),
          path: text('From `/`, with its query string'),
          headers: map(text('The value'), 'By name'),
          body: text('Default: none'),
          viewer: text('A city, or an address'),
          credential: CREDENTIAL,
        },
        ['method', 'headers', 'body', 'viewer', 'credential'],
      ),
    },
    answers: {
      200: {
        description: 'It was answered: `GET /requests/{id}` tells how',
        schema: object({ requestId: text('Its id'), status: integer('Of the answer') }),
      },
      504: { description: 'It was not answered in time' },
    },
    run: (controlled, { body }) => tried(controlled, jsonOf(body)),
  },
];

interface Wanted {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function tried(controlled: Controlled, given: unknown): Promise<Reply> {
  const wanted = await withCredential(controlled, Object(given).credential, wantedRequest(given));
  const sent = httpRequest(new URL(controlled.url), {
    method: wanted.method,
    path: wanted.path,
    headers: { ...wanted.headers, ...(wanted.body !== '' && { 'content-length': Buffer.byteLength(wanted.body) }) },
    agent: false,
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  sent.on('error', () => {}).end(wanted.body);
  try {
    const response = await answerTo(sent);
    response.on('error', () => {}).resume();
    const { statusCode: status, headers } = response;
    if (headers['x-amz-cf-id'] !== undefined) return ok({ requestId: String(headers['x-amz-cf-id']), status });
    return failure(400, `the edge: expected a request that it can read, from a place that there is, got ${status}`);
  } catch {
    return failure(504, `the edge: expected an answer within ${LIMIT_MS / 1000} seconds, got none`);
  }
}

/** A connection that it opens for a WebSocket is closed at once. */
function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('error', reject).once('response', resolve);
    sent.once('upgrade', (response: IncomingMessage, socket: Duplex) => {
      socket.destroy();
      resolve(response);
    });
  });
}

async function withCredential(controlled: Controlled, credential: unknown, wanted: Wanted): Promise<Wanted> {
  if (credential === undefined) return wanted;
  const host = headerIn(wanted, 'host') ?? new URL(controlled.url).host;
  const { path, headers } = await signed(controlled, credential, wanted.path, host);
  const cookies = [headerIn(wanted, 'cookie'), headers.cookie].filter((value) => value !== undefined);
  const cookie = cookies.length === 0 ? {} : { cookie: cookies.join('; ') };
  return { ...wanted, path, headers: { ...wanted.headers, ...headers, ...cookie } };
}

function headerIn({ headers }: Wanted, wanted: string): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** @throws {EdgeError} ERR_OPTION_INVALID for what cannot be sent. Values are not quoted: they may be secret. */
function wantedRequest(given: unknown): Wanted {
  const { method = 'GET', path, headers = {}, body = '', viewer, credential, ...others } = Object(given);
  const invalid = (where: string, expected: string) => unexpected('ERR_OPTION_INVALID', where, expected, 'another');
  if (!isDeepStrictEqual(others, {})) throw invalid('request', 'method, path, headers, body, viewer and credential');
  if (typeof method !== 'string' || !TOKEN.test(method)) throw invalid('method', 'a token such as GET');
  if (typeof path !== 'string' || !/^\/[\x21-\x7e]*$/.test(path)) throw invalid('path', 'printable ASCII from / on');
  if (typeof body !== 'string') throw invalid('body', 'a text');
  if (viewer !== undefined && !isValue(viewer)) throw invalid('viewer', 'a city, or an address');
  for (const [name, value] of Object.entries(Object(headers))) {
    if (!TOKEN.test(name) || !isValue(value)) throw invalid('headers', 'names and values as HTTP has them');
  }
  return { method, path, body, headers: { ...headers, ...(viewer !== undefined && { [VIEWER_HEADER]: viewer }) } };
}

function isValue(value: unknown): value is string {
  return typeof value === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
