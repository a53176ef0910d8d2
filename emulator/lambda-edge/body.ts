/**
 * Bodies that cross the border of a Lambda@Edge function.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html#lambda-at-edge-restrictions-request-body
 */
import { Readable } from 'node:stream';
import type { EdgeRequest } from '../exchange.ts';
import { withHeader, withoutHeaders } from '../headers.ts';
import { ValidationFault } from '../validation-fault.ts';

/** The quotas of a request's body at an event, in bytes. */
export interface BodyQuota {
  /** Of what a function is shown. */
  readonly shown: number;
  /** Of what it puts in place, as it wrote it. */
  readonly text: number;
  readonly base64: number;
}

export const VIEWER_BODY: BodyQuota = { shown: 40 * 1024, text: 40 * 1024, base64: 53.2 * 1024 };
export const ORIGIN_BODY: BodyQuota = { shown: 1024 ** 2, text: 1024 ** 2, base64: 1.33 * 1024 ** 2 };

/** `shown` is the `body` of the event; `request` can be read from the start again. */
export interface BodyShown {
  readonly shown: object | undefined;
  readonly request: EdgeRequest;
}

/** Waits for as much of the body as a function is shown; the rest stays where it is. */
export async function withBodyShown(request: EdgeRequest, isIncluded: boolean, quota: BodyQuota): Promise<BodyShown> {
  if (!isIncluded) return { shown: undefined, request };
  const { start, isAll } = request.body === null ? NOTHING : await startOf(request.body, quota.shown);
  const shown = shownBody(start, quota);
  return { shown, request: isAll && request.body !== null ? { ...request, body: Readable.from(start) } : request };
}

/** The `body` of an event: as much of a body as a function is shown. */
export function shownBody(body: Buffer, { shown }: BodyQuota): object {
  const data = body.subarray(0, shown).toString('base64');
  return { action: 'read-only', data, encoding: 'base64', inputTruncated: body.length > shown };
}

interface Start {
  readonly start: Buffer;
  readonly isAll: boolean;
}

const NOTHING: Start = { start: Buffer.alloc(0), isAll: true };

/** The first bytes of a body, more than the limit when it has more; those of a longer body are put back. */
function startOf(body: Readable, limit: number): Promise<Start> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (isAll: boolean): void => {
      body.off('data', take).off('end', end).off('error', reject);
      const start = Buffer.concat(chunks);
      if (!isAll) body.pause().unshift(start);
      resolve({ start, isAll });
    };
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > limit) settle(false);
    };
    const end = (): void => settle(true);
    body.on('data', take).once('end', end).once('error', reject).resume();
  });
}

/**
 * The request with the body that a function put in place of its own.
 *
 * @throws {ValidationFault} for a body that CloudFront would not take.
 */
export function withBodyReplaced(request: EdgeRequest, returned: unknown, quota: BodyQuota): EdgeRequest {
  const { action, encoding = 'base64', data } = Object(returned) as Record<string, unknown>;
  if (action === undefined || action === 'read-only') return request;
  if (action !== 'replace') throw new ValidationFault('request.body.action is neither read-only nor replace');
  if (typeof data !== 'string') throw new ValidationFault('request.body.data is not a string');
  const bytes = bytesOf(data, encoding);
  if (Buffer.byteLength(data) > (encoding === 'text' ? quota.text : quota.base64)) {
    throw new ValidationFault('request.body exceeds the maximum size');
  }
  const headers = withHeader(
    withoutHeaders(request.headers, ['transfer-encoding']),
    'content-length',
    String(bytes.length),
  );
  request.body?.resume();
  return { ...request, headers, body: bytes.length === 0 ? null : Readable.from(bytes) };
}

/** @throws {ValidationFault} for an unknown encoding, and for base64 in another form than the canonical one. */
export function bytesOf(body: string, encoding: unknown): Buffer {
  if (encoding === 'text') return Buffer.from(body);
  if (encoding !== 'base64') throw new ValidationFault('the body encoding is neither text nor base64');
  const bytes = Buffer.from(body, 'base64');
  if (bytes.toString('base64') !== body) throw new ValidationFault('the body is not valid base64');
  return bytes;
}
