/**
 * CloudFront's key value store, as its own API serves it: refuses what AWS refuses.
 *
 * @see https://docs.aws.amazon.com/cloudfront-keyvaluestore/latest/APIReference/API_Operations.html
 */
import { createHash } from 'node:crypto';
import { type KeyValueStore, memoryStore } from '../../../emulator/key-value-store.ts';
import { type Answer, type Asked, type Endpoint, type Service, startEndpoint } from './endpoint.ts';
import type { ReceivedText } from './received.ts';

export const STORE_ARN = 'arn:aws:cloudfront::111122223333:key-value-store/87654321-dcba-4321-abcd-1234567890ab';

export interface StoreEndpoint extends Endpoint {
  /** What it holds: whoever writes to it is a rival, for the version is another then. */
  readonly content: KeyValueStore;
  /** Called before each write is judged. */
  beforeWrite: () => void;
}

const MAX_KEYS = 50;
const MAX_UPDATE_BYTES = 3 * 1024 * 1024;
const MAX_KEY_BYTES = 512;
const MAX_VALUE_BYTES = 1024;
const MAX_STORE_BYTES = 5 * 1024 * 1024;
const PAGE = 10;

interface Refused extends Error {
  readonly answer: Answer;
}

function refused(status: number, error: string, message: string): Refused {
  return Object.assign(new Error(message), { answer: refusal(status, error, message) });
}

export async function startStoreEndpoint(initial: Readonly<Record<string, string>> = {}): Promise<StoreEndpoint> {
  const { store, service } = storeService(STORE_ARN, initial);
  return Object.assign(store, await startEndpoint(service));
}

/** The store of an ARN, and what answers for it. */
export function storeService(arn: string, initial: Readonly<Record<string, string>> = {}) {
  const content = memoryStore(initial);
  const store = { content, beforeWrite: () => {} };
  const write = (asked: Asked, puts: readonly Put[], deletes: readonly string[]): Answer => {
    store.beforeWrite();
    const { 'if-match': match } = asked.headers;
    if (match === undefined) throw refused(400, 'ValidationException', 'IfMatch is required');
    if (match !== etagOf(content)) throw refused(409, 'ConflictException', 'the store has changed');
    checkUpdate(asked, puts, deletes);
    const missing = deletes.find((key) => content.get(key) === undefined);
    if (missing !== undefined) throw refused(404, 'ResourceNotFoundException', `no key ${missing}`);
    const written = puts.map(({ Key, Value }) => [Key, Value] as const);
    if (sizeOf(content).TotalSizeInBytes + bytesOf(written) > MAX_STORE_BYTES) {
      throw refused(402, 'ServiceQuotaExceededException', 'the store is full');
    }
    content.write(Object.fromEntries([...written, ...deletes.map((key) => [key, null])]));
    return json(sizeOf(content), etagOf(content));
  };
  const operations: Readonly<Record<string, (asked: Asked) => Answer>> = {
    DescribeKeyValueStore: () =>
      json({ ...sizeOf(content), KvsARN: arn, Created: 1_760_000_000, Status: 'READY' }, etagOf(content)),
    GetKey: (asked) => {
      const key = keyIn(asked);
      const value = content.get(key);
      if (value === undefined) throw refused(404, 'ResourceNotFoundException', `no key ${key}`);
      return json({ Key: key, Value: value, ...sizeOf(content) });
    },
    ListKeys: ({ query }) => {
      const from = Number(query.get('NextToken') ?? 0);
      const to = from + Math.min(Number(query.get('MaxResults') ?? PAGE), MAX_KEYS);
      const items = content
        .entries()
        .sort()
        .map(([Key, Value]) => ({ Key, Value }));
      return json({ Items: items.slice(from, to), ...(to < items.length && { NextToken: String(to) }) });
    },
    PutKey: (asked) => write(asked, [{ Key: keyIn(asked), Value: JSON.parse(asked.body).Value }], []),
    DeleteKey: (asked) => write(asked, [], [keyIn(asked)]),
    UpdateKeys(asked) {
      const { Puts = [], Deletes = [] } = JSON.parse(asked.body) as { Puts?: Put[]; Deletes?: { Key: string }[] };
      return write(
        asked,
        Puts,
        Deletes.map(({ Key }) => Key),
      );
    },
  };
  const service: Service = {
    operationOf,
    refusal,
    answerTo(asked) {
      try {
        checkSignature(asked);
        checkStore(asked, arn);
        const operation = operations[asked.operation];
        if (operation === undefined) throw refused(404, 'UnknownOperationException', 'no such operation');
        return operation(asked);
      } catch (error) {
        return (error as Refused).answer ?? refusal(500, 'InternalServerException', String(error));
      }
    },
  };
  return { store, service };
}

interface Put {
  readonly Key: string;
  readonly Value: string;
}

const PATH = /^\/key-value-stores\/(?<arn>[^/]+)(?<keys>\/keys(?:\/(?<key>[^/]+))?)?$/;

function operationOf({ method, path }: ReceivedText): string {
  const { keys, key } = PATH.exec(path)?.groups ?? {};
  const place = key !== undefined ? 'key' : keys !== undefined ? 'keys' : 'store';
  const names: Readonly<Record<string, string>> = {
    'GET store': 'DescribeKeyValueStore',
    'GET keys': 'ListKeys',
    'POST keys': 'UpdateKeys',
    'GET key': 'GetKey',
    'PUT key': 'PutKey',
    'DELETE key': 'DeleteKey',
  };
  return names[`${method} ${place}`] ?? 'none';
}

function keyIn({ path }: Asked): string {
  return decodeURIComponent(PATH.exec(path)?.groups?.key ?? '');
}

function checkStore({ path, headers }: Asked, arn: string): void {
  const asked = decodeURIComponent(PATH.exec(path)?.groups?.arn ?? '');
  if (asked !== arn) throw refused(404, 'ResourceNotFoundException', `no store ${asked}`);
  const [, account] = /^(\d+)\./.exec(headers.host ?? '') ?? [];
  if (account !== undefined && account !== arn.split(':')[4]) {
    throw refused(400, 'ValidationException', 'the host is of another account');
  }
}

const SIGNATURE =
  /^AWS4-ECDSA-P256-SHA256 Credential=[A-Z0-9]+\/\d{8}\/cloudfront-keyvaluestore\/aws4_request, SignedHeaders=(?<signed>[a-z0-9;-]+), Signature=[0-9a-f]+$/;

/** That it is SigV4A, of this body, for this service and every region; not that the key is right. */
function checkSignature({ headers, body }: Asked): void {
  const { authorization } = headers;
  if (authorization === undefined) throw refused(403, 'MissingAuthenticationTokenException', 'no signature');
  const signed = SIGNATURE.exec(authorization)?.groups?.signed?.split(';');
  const isWhole = ['host', 'x-amz-date', 'x-amz-region-set'].every((name) => signed?.includes(name));
  if (!isWhole || headers['x-amz-region-set'] !== '*') {
    throw refused(403, 'InvalidSignatureException', 'expected SigV4A for every region');
  }
  if (headers['x-amz-content-sha256'] !== createHash('sha256').update(body).digest('hex')) {
    throw refused(403, 'InvalidSignatureException', 'the body is another');
  }
}

function checkUpdate({ body }: Asked, puts: readonly Put[], deletes: readonly string[]): void {
  const invalid = (message: string) => refused(400, 'ValidationException', message);
  const keys = [...puts.map(({ Key }) => Key), ...deletes];
  if (keys.length === 0) throw invalid('no key is put or deleted');
  if (keys.length > MAX_KEYS) throw invalid(`more than ${MAX_KEYS} keys`);
  if (Buffer.byteLength(body) > MAX_UPDATE_BYTES) throw invalid(`more than ${MAX_UPDATE_BYTES} bytes`);
  if (new Set(keys).size < keys.length) throw invalid('a key is there twice');
  if (keys.some((key) => key === '' || Buffer.byteLength(key) > MAX_KEY_BYTES)) throw invalid('the length of a key');
  if (puts.some(({ Value }) => typeof Value !== 'string' || Buffer.byteLength(Value) > MAX_VALUE_BYTES)) {
    throw invalid('the length of a value');
  }
}

function bytesOf(entries: readonly (readonly [key: string, value: string])[]): number {
  return entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
}

function sizeOf(content: KeyValueStore) {
  return { ItemCount: content.entries().length, TotalSizeInBytes: bytesOf(content.entries()) };
}

function etagOf(content: KeyValueStore): string {
  return `KV${content.version()}EXAMPLE`;
}

function json(value: object, etag?: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', ...(etag !== undefined && { etag }) },
    body: JSON.stringify(value),
  };
}

function refusal(status: number, error: string, message: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error },
    body: JSON.stringify({ Message: message }),
  };
}
