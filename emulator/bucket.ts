/**
 * An S3 bucket on localhost: a folder, answered for as S3's REST endpoint answers a reader who may
 * get objects but not list them. So a missing key is 403, never 404.
 *
 * It listens on loopback alone and checks no signature. Faults make it fail as a region does.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { lookup } from 'mime-types';
import { EdgeError } from '../config/errors.ts';
import type { Clock } from './clock.ts';
import type { Fault } from './fault.ts';

export interface BucketOptions {
  /** Its files are the objects, their paths within it the keys. */
  readonly folder: string;
  /** The origin, as messages name it. */
  readonly name: string;
  readonly region: string;
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
  readonly region: string;
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

interface StoredObject {
  readonly key: string;
  readonly path: string;
  readonly size: number;
  /** Epoch milliseconds, cut to the whole seconds that HTTP dates have. */
  readonly modified: number;
  readonly md5: string;
}

interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** An answer before it is sent. */
interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | number>;
  readonly body: { readonly path: string; readonly range: ByteRange } | { readonly error: ErrorElements } | null;
}

/** What the XML of an error holds, in its order. */
type ErrorElements = Readonly<Record<string, string | number>>;

const HOST = '127.0.0.1';

const RECEIVED_KEPT = 1_000;

/** CloudFront keeps an idle connection for 5 seconds unless told otherwise: be sure to hang up later. */
const KEEP_ALIVE_MS = 20_000;

/** Ways of the file system to say that a key has no file. */
const MISSING = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES'];

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const ERRORS: Readonly<Record<number, ErrorElements>> = {
  403: { Code: 'AccessDenied', Message: 'Access Denied' },
  404: { Code: 'NoSuchKey', Message: 'The specified key does not exist.' },
  405: { Code: 'MethodNotAllowed', Message: 'The specified method is not allowed against this resource.' },
  412: { Code: 'PreconditionFailed', Message: 'At least one of the pre-conditions you specified did not hold' },
  416: { Code: 'InvalidRange', Message: 'The requested range is not satisfiable' },
  500: { Code: 'InternalError', Message: 'We encountered an internal error. Please try again.' },
  503: { Code: 'ServiceUnavailable', Message: 'Service is unable to handle request.' },
};

/** @throws {EdgeError} ERR_FILE_MISSING without its folder, ERR_LISTEN_FAILED without its port. */
export async function startBucket({ folder, name, region, clock, port = 0 }: BucketOptions): Promise<Bucket> {
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
    region,
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

/** Decides how S3 would answer; sends nothing. */
async function replyTo(
  { method = '', url: target = '', headers }: IncomingMessage,
  findObject: (key: string) => Promise<StoredObject | null>,
): Promise<Reply> {
  if (method !== 'GET' && method !== 'HEAD') {
    return failure(405, { Method: method, ResourceType: 'OBJECT' }, { Allow: 'GET, HEAD' });
  }
  const key = keyOf(target);
  if (key === null) {
    return failure(400, { Code: 'InvalidURI', Message: "Couldn't parse the specified URI.", URI: target });
  }
  const object = await findObject(key);
  if (object === null) return failure(403);

  const condition = failedCondition(headers, object);
  if (condition !== null) return failure(412, { Condition: condition });
  if (isUnchanged(headers, object)) return { status: 304, headers: validators(object), body: null };

  const range = isSameVersion(headers['if-range'], object) ? byteRange(headers.range, object.size) : null;
  if (range !== 'unsatisfiable') return success(object, range);
  return failure(
    416,
    { RangeRequested: headers.range ?? '', ActualObjectSize: object.size },
    { 'Content-Range': `bytes */${object.size}` },
  );
}

/**
 * The key that a target names: decoded once, and "+" is a space. Null when it cannot be decoded.
 * `URL` would resolve dots and re-encode what has to be read as it came.
 */
function keyOf(target: string): string | null {
  if (!target.startsWith('/')) return null;
  const [path = ''] = target.slice(1).split('?', 1);
  try {
    return decodeURIComponent(path.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** Objects by key. The MD5 of a file is computed when first asked for, and again when the file changes. */
function objectsIn(root: string, signal: AbortSignal): (key: string) => Promise<StoredObject | null> {
  const known = new Map<string, { size: number; modified: number; md5: Promise<string> }>();

  function md5Of(path: string, size: number, modified: number): Promise<string> {
    const last = known.get(path);
    if (last?.size === size && last.modified === modified) return last.md5;
    const md5 = md5OfFile(path, signal);
    known.set(path, { size, modified, md5 });
    md5.catch(() => known.delete(path));
    return md5;
  }

  return async (key) => {
    if (!isFileKey(key)) return null;
    try {
      const path = await realpath(join(root, key));
      const file = await stat(path);
      if (!isWithin(root, path) || !file.isFile()) return null;
      const md5 = await md5Of(path, file.size, file.mtimeMs);
      return { key, path, size: file.size, modified: Math.floor(file.mtimeMs / 1000) * 1000, md5 };
    } catch (error) {
      if (MISSING.includes(codeOf(error))) return null;
      throw error;
    }
  };
}

/** S3 has no folders: a key is any text. Those that a file system would read as another key have no object here. */
function isFileKey(key: string): boolean {
  return !key.includes('\0') && key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return !isAbsolute(way) && way.split(sep)[0] !== '..';
}

async function md5OfFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk);
  return hash.digest('hex');
}

/** The condition that does not hold, if any. A matching If-Match outweighs If-Unmodified-Since. */
function failedCondition(headers: IncomingHttpHeaders, object: StoredObject): string | null {
  const match = headers['if-match'];
  if (match !== undefined) return matchesEtag(match, object) ? null : 'If-Match';
  return object.modified > dateOf(headers['if-unmodified-since']) ? 'If-Unmodified-Since' : null;
}

/** If-None-Match, which takes weak ETags too, outweighs If-Modified-Since. */
function isUnchanged(headers: IncomingHttpHeaders, object: StoredObject): boolean {
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) return matchesEtag(noneMatch.replaceAll('W/', ''), object);
  return object.modified <= dateOf(headers['if-modified-since']);
}

/** Whether If-Range, an ETag or a date, is absent or of the object as it is. */
function isSameVersion(ifRange: string | string[] | undefined, object: StoredObject): boolean {
  if (typeof ifRange !== 'string') return true;
  return matchesEtag(ifRange, object) || dateOf(ifRange) === object.modified;
}

/** S3 takes ETags with or without their quotes. */
function matchesEtag(field: string, { md5 }: StoredObject): boolean {
  const tags = field.split(',').map((tag) => tag.trim());
  return tags.some((tag) => tag === '*' || tag === md5 || tag === `"${md5}"`);
}

/** Of no date, or none that can be read: NaN, to which nothing compares. */
function dateOf(field: string | undefined): number {
  return Date.parse(field ?? '');
}

/**
 * The bytes that a Range header asks for. Null stands for all of them: S3 answers so to several
 * ranges, and to those that make no sense, such as `bytes=5-2`.
 */
function byteRange(field: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(field ?? '') ?? [];
  if (!first && !last) return null;
  const start = first ? Number(first) : Math.max(size - Number(last), 0);
  const end = first && last ? Number(last) : size - 1;
  if (first && last && end < start) return null;
  if (start >= size) return 'unsatisfiable';
  return { start, length: Math.min(end, size - 1) - start + 1 };
}

function success(object: StoredObject, range: ByteRange | null): Reply {
  const { start, length } = range ?? { start: 0, length: object.size };
  return {
    status: range === null ? 200 : 206,
    headers: {
      ...validators(object),
      'Accept-Ranges': 'bytes',
      ...(range && { 'Content-Range': `bytes ${start}-${start + length - 1}/${object.size}` }),
      'Content-Type': lookup(extname(object.key)) || 'binary/octet-stream',
      'Content-Length': length,
    },
    body: { path: object.path, range: { start, length } },
  };
}

function validators({ key, modified, md5 }: StoredObject): Record<string, string> {
  return {
    'Last-Modified': new Date(modified).toUTCString(),
    ETag: `"${md5}"`,
    'x-amz-server-side-encryption': 'AES256',
    // A replica keeps the version id of its source, so it depends on nothing that regions differ in.
    'x-amz-version-id': createHash('sha256').update(`${key}\n${md5}`).digest('hex').slice(0, 32),
  };
}

function failure(status: number, details: ErrorElements = {}, headers: Record<string, string> = {}): Reply {
  const reason = STATUS_CODES[status] ?? 'Unknown Error';
  const known = ERRORS[status] ?? { Code: reason.replaceAll(/\W/g, ''), Message: reason };
  return {
    status,
    headers: { ...headers, 'Content-Type': 'application/xml' },
    body: { error: { ...known, ...details } },
  };
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

function errorXml(elements: ErrorElements): string {
  const content = Object.entries(elements).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${content.join('')}</Error>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
