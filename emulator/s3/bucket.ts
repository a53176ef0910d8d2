/**
 * An S3 bucket on localhost: a folder, answered for as S3's REST endpoint answers a reader. Its policy
 * says what CloudFront may do there; without one, it may get objects but not list them.
 *
 * It listens on loopback alone. Faults make it fail as a region does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { EdgeError } from '../../config/errors.ts';
import type { ByteRange } from '../byte-range.ts';
import type { Clock } from '../clock.ts';
import { type FaultyServer, startFaultyServer } from '../faulty-server.ts';
import { requesterOf } from '../origin-signature.ts';
import type { BucketPolicy, Rule } from './bucket-policy.ts';
import { objectsIn } from './objects.ts';
import { type ErrorElements, errorXml, failure, type Reply, replyTo } from './reply.ts';

export interface BucketOptions {
  /** Its files are the objects, their paths within it the keys. */
  readonly folder: string;
  /** The origin, as messages name it. */
  readonly name: string;
  readonly clock: Clock;
  /** Null, the default: everyone may get its objects, and nobody list them. */
  readonly policy?: BucketPolicy | null;
  /** Without it, any free port. */
  readonly port?: number;
}

/** A bucket that is being served. */
export interface Bucket extends FaultyServer {
  readonly name: string;
  readonly folder: string;
  /** Replaces its policy, from the next request on. */
  setPolicy(policy: BucketPolicy | null): void;
}

const GET_ONLY: readonly Rule[] = [{ allows: true, actions: ['s3:GetObject'], keys: ['*'] }];

/** @throws {EdgeError} ERR_FILE_MISSING without its folder, ERR_LISTEN_FAILED without its port. */
export async function startBucket({ folder, name, clock, port = 0, ...options }: BucketOptions): Promise<Bucket> {
  let { policy = null } = options;
  const closing = new AbortController();
  // One for each file that is being read.
  setMaxListeners(0, closing.signal);
  const findObject = objectsIn(await rootOf(folder, name), closing.signal);
  const signingKey = randomBytes(16).toString('hex');
  const server = await startFaultyServer(name, port, clock, {
    async answer(request, response, truncated) {
      const requester = requesterOf(request.headers.authorization, signingKey);
      const rules = policy === null ? GET_ONLY : requester === null ? [] : policy[requester];
      const reply = await replyTo(request, findObject, rules).catch(() => failure(500));
      await send(response, reply, { now: clock.now(), truncated });
    },
    failWith: (status, response) => send(response, failure(status), { now: clock.now(), truncated: false }),
  });
  return {
    ...server,
    name,
    folder,
    setPolicy(next) {
      policy = next;
    },
    get fault() {
      return server.fault;
    },
    address: () => ({ ...server.address(), signingKey }),
    close() {
      closing.abort();
      return server.close();
    },
  };
}

async function rootOf(folder: string, name: string): Promise<string> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return realpath(folder);
  const got = found === null ? 'nothing' : 'a file';
  throw new EdgeError('ERR_FILE_MISSING', `origin ${name}: expected a folder at ${folder}, got ${got} there`);
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
