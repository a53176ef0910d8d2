/**
 * How a folder that stands in for a bucket knows that CloudFront asks, and as whom. It is no Signature
 * Version 4: nobody but the folder is sent it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html#oac-advanced-settings-s3
 */
import type { Origin } from './distribution.ts';
import { type HeaderLines, headerOf, withHeader, withoutHeaders } from './headers.ts';
import type { Requester } from './s3/bucket-policy.ts';

/**
 * The headers of a request to an origin, signed where CloudFront would sign them. With no key they are
 * not: what CloudFront would have replaced is left out.
 */
export function signed({ signing }: Origin, key: string | null, headers: HeaderLines): HeaderLines {
  if (signing === 'none') return headers;
  if (signing === 'no-override' && headerOf(headers, 'authorization') !== undefined) return headers;
  if (key === null) return withoutHeaders(headers, ['authorization']);
  return withHeader(headers, 'authorization', signature(signing === 'identity' ? 'identity' : 'service', key));
}

/** Who sent a request with this header; null: somebody that S3 does not know. */
export function requesterOf(authorization: string | undefined, key: string): Requester | null {
  if (authorization === undefined) return 'anonymous';
  return (['service', 'identity'] as const).find((requester) => signature(requester, key) === authorization) ?? null;
}

function signature(requester: Requester, key: string): string {
  return `AWS4-HMAC-SHA256 Credential=${requester}, Signature=${key}`;
}
