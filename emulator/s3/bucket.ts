/**
 * An S3 bucket on localhost: a folder, answered for as S3's REST endpoint answers a reader who may
 * get objects but not list them. So a missing key is 403, never 404.
 *
 * It listens on loopback alone and checks no signature. Faults make it fail as a region does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { EdgeError } from '../../config/errors.ts';
import type { ByteRange } from '../byte-range.ts';
import type { Clock } from '../clock.ts';
import type { Fault } from '../fault.ts';
import { codeOf, objectsIn } from './objects.ts';
import { type ErrorElements, errorXml, failure, type Reply, replyTo } from './reply.ts';

export interface BucketOptions {
  /** Its files are the objects, their paths within it the keys. */
  readonly folder: string;
  /** The origin, as messages name it. */
  readonly name: string;
  readonly clock: Clock;
  /** Without it, any free port. */
  readonly port?: number;
}

/** A request as it arrived: the target is as on the wire. */
export interface ReceivedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string | string[] | undefined>;
}

/** A bucket that is being served. */
export interface Bucket {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  readonly fault: Fault | null;
  /** The latest thousand requests, newest last; also those that met a fault. */
  readonly received: readonly ReceivedRequest[];
  /**
   * Breaks the bucket from the next request on; null repairs it.
   *
   * @throws {EdgeError} ERR_LISTEN_FAILED when the port was taken while it was refused; the fault then stays.
   */
  setFault(fault: Fault | null): Promise<void>;
  /** Ends at once, whatever is under way. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

const RECEIVED_KEPT = 1_000;

/** CloudFront keeps an idle connection for 5 seconds unless told otherwise: be sure to hang up later. */
const KEEP_ALIVE_MS = 20_000;

/** @throws {EdgeError} ERR_FILE_MISSING without its folder, ERR_LISTEN_FAILED without its port. */
export async function startBucket({ folder, name, clock, port = 0 }: BucketOptions): Promise<Bucket> {
  const closing = new AbortController();
  const findObject = objectsIn(await rootOf(folder, name), closing.signal);
  const received: ReceivedRequest[] = [];
  let fault: Fault | null = null;
  let lastChange: Promise<void> = Promise.resolve();

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    received.push({ method: request.method ?? '', target: request.url ?? '', headers: request.headers });
    if (received.length > RECEIVED_KEPT) received.shift();
    meet(fault, request, response);
  });
  await listen(server, port, name);
  const address = server.address() as AddressInfo;

  function meet(current: Fault | null, request: IncomingMessage, response: ServerResponse): void {
    switch (current?.kind) {
      // No new connection comes this far while the bucket is down; one that exists falls silent.
      case 'down':
      case 'hang':
        return;
      case 'reset':
        request.socket.resetAndDestroy();
        return;
      case 'slow': {
        const cancel = clock.after(current.ms, () => meet(null, request, response));
        response.on('close', cancel);
        return;
      }
      case 'status':
        void send(response, failure(current.status), { now: clock.now(), truncated: false });
        return;
      default:
        void answer(request, response, { truncated: current?.kind === 'truncate' });
    }
  }

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    { truncated }: { truncated: boolean },
  ): Promise<void> {
    const reply = await replyTo(request, findObject).catch(() => failure(500));
    await send(response, reply, { now: clock.now(), truncated });
  }

  /** One change at a time: a port that is being given up cannot be taken up yet. */
  function inTurn(change: () => Promise<void>): Promise<void> {
    const done = lastChange.then(change);
    lastChange = done.catch(() => undefined);
    return done;
  }

  return {
    name,
    folder,
    port: address.port,
    url: `http://${HOST}:${address.port}`,
    received,
    get fault() {
      return fault;
    },
    setFault: (next) =>
      inTurn(async () => {
        if (closing.signal.aborted) return;
        if (next?.kind === 'refuse') await stop(server);
        else await listen(server, address.port, name);
        if (next?.kind === 'down') server.closeAllConnections();
        fault = next;
      }),
    close: () =>
      inTurn(async () => {
        closing.abort();
        await stop(server);
      }),
  };
}

async function rootOf(folder: string, name: string): Promise<string> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return realpath(folder);
  const got = found === null ? 'nothing' : 'a file';
  throw new EdgeError('ERR_FILE_MISSING', `origin ${name}: expected a folder at ${folder}, got ${got} there`);
}

async function listen(server: Server, port: number, name: string): Promise<void> {
  if (server.listening) return;
  try {
    server.listen(port, HOST);
    await once(server, 'listening');
  } catch (cause) {
    const message = `origin ${name}: expected a port to listen on, got ${port}: ${codeOf(cause)}`;
    throw new EdgeError('ERR_LISTEN_FAILED', message, { cause });
  }
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** Truncated, the headers go out as ever, then half of the body and the end of the connection. */
async function send(
  response: ServerResponse,
  reply: Reply,
  { now, truncated }: { now: number; truncated: boolean },
): Promise<void> {
  const RequestId = randomBytes(8).toString('hex').toUpperCase();
  const HostId = randomBytes(56).toString('base64');
  const headers = { 'x-amz-id-2': HostId, 'x-amz-request-id': RequestId, Date: new Date(now).toUTCString() };
  response.writeHead(reply.status, { ...headers, ...reply.headers, Server: 'AmazonS3' });
  const share = truncated ? 0.5 : 1;
  try {
    if (response.req.method === 'HEAD' || reply.body === null) response.flushHeaders();
    else if ('error' in reply.body) sendError({ ...reply.body.error, RequestId, HostId }, share, response);
    else await sendFile(reply.body.path, reply.body.range, share, response);

    if (truncated) response.socket?.destroySoon();
    else response.end();
  } catch {
    // The status is on its way: to break off is the only way left to say that this is not the object.
    response.destroy();
  }
}

function sendError(elements: ErrorElements, share: number, response: ServerResponse): void {
  const body = Buffer.from(errorXml(elements));
  response.write(body.subarray(0, Math.floor(body.length * share)));
}

async function sendFile(path: string, range: ByteRange, share: number, response: ServerResponse): Promise<void> {
  const length = Math.floor(range.length * share);
  if (length === 0) return response.flushHeaders();
  const file = createReadStream(path, { start: range.start, end: range.start + length - 1 });
  await pipeline(file, response, { end: false });
  if (file.bytesRead < length) throw new Error('the file became shorter than the length that was promised');
}
