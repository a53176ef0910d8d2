/** A request that is signed, what is answered, and how it is refused. */
import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Received } from './received.ts';

export interface AwsRequest extends Received {
  /** None that `node:http` keeps as a list. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the signature is for. */
  readonly service: string;
  readonly region: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What a service says instead of doing what it was asked. */
export interface Refusal extends Error {
  readonly code: string;
  readonly status: number;
}

export function refusal(code: string, message: string, status = 400): Refusal {
  return Object.assign(new Error(message), { code, status });
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'code' in error && 'status' in error;
}

/** The only credentials that the endpoints know. */
export const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/**
 * The request with the service and the region that it is signed for.
 *
 * @throws {Refusal} for one that is not signed, or not by `CREDENTIALS`, or whose body or headers are others than
 *   were signed. How old a signature is, is not looked at.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function signedRequest(request: Received): Promise<AwsRequest> {
  const headers = request.headers as AwsRequest['headers'];
  const { body } = request;
  if (headers.authorization === undefined) {
    throw refusal('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  const [, accessKeyId, , region = '', service = '', names = ''] = AUTHORIZATION.exec(headers.authorization) ?? [];
  if (accessKeyId !== CREDENTIALS.accessKeyId) {
    throw refusal('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
  }
  const hash = headers['x-amz-content-sha256'];
  if (hash !== undefined && /^[0-9a-f]{64}$/.test(hash) && hash !== (await sha256(body))) {
    throw refusal('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match.", 400);
  }
  const signed = { ...request, headers, service, region };
  if (headers.authorization !== (await authorizationOf(signed, names.split(';')))) {
    const message = 'The request signature we calculated does not match the signature you provided.';
    throw refusal('SignatureDoesNotMatch', message, 403);
  }
  return signed;
}

async function authorizationOf(request: AwsRequest, names: readonly string[]): Promise<string | undefined> {
  const { method, path, query, headers, body, service, region } = request;
  const signer = new SignatureV4({
    service,
    region,
    credentials: CREDENTIALS,
    sha256: Hash.bind(null, 'sha256'),
    uriEscapePath: service !== 's3',
    applyChecksum: names.includes('x-amz-content-sha256'),
  });
  const signed = await signer.sign(
    {
      method,
      protocol: 'http:',
      hostname: headers.host ?? '',
      path,
      query: Object.fromEntries(query),
      headers: Object.fromEntries(names.map((name) => [name, headers[name] ?? ''])),
      body,
    },
    { signingDate: dateOf(headers['x-amz-date']) },
  );
  return signed.headers.authorization;
}

/** `20260102T030405Z` */
function dateOf(text = ''): Date {
  return new Date(text.replace(/^(....)(..)(..T..)(..)(..Z)(?![\s\S])/, '$1-$2-$3:$4:$5'));
}

async function sha256(body: Buffer): Promise<string> {
  const hash = new Hash('sha256');
  hash.update(body);
  return Buffer.from(await hash.digest()).toString('hex');
}
