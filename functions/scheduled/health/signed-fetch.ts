/** Requests to AWS, signed with the credentials that Lambda gives a function in its environment. */
import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';
import { SignatureV4a } from '@smithy/signature-v4a';

export interface SignedRequest {
  readonly method: 'GET' | 'POST';
  /** Without a query string; its path is encoded as it goes over the wire. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** As signatures name it. */
  readonly service: 's3' | 'cloudfront-keyvaluestore';
  /** `*`: every region, by Signature Version 4A. */
  readonly region: string;
  readonly timeoutSeconds: number;
}

/** @throws what `fetch` throws, and a `TimeoutError` once `timeoutSeconds` are over; they bound the body, too. */
export async function signedFetch(request: SignedRequest): Promise<Response> {
  const { method, url, headers, body, timeoutSeconds } = request;
  const unsigned = {
    method,
    protocol: url.protocol,
    hostname: url.host,
    path: url.pathname,
    query: {},
    headers: { ...headers, host: url.host },
    body,
  };
  const signed = await signer(request).sign(unsigned, {});
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  return fetch(url, {
    method,
    headers: signed.headers,
    redirect: 'manual',
    signal,
    ...(body !== undefined && { body }),
  });
}

function signer({ service, region }: SignedRequest) {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN } = process.env;
  const credentials = {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
  };
  // S3 signs the path as it is; all others encode it once more.
  const options = { service, region, credentials, sha256: Hash.bind(null, 'sha256'), uriEscapePath: service !== 's3' };
  return region === '*' ? new SignatureV4a(options) : new SignatureV4(options);
}
