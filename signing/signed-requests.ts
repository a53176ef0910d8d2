/** Making signed URLs and signed cookies, as a trusted key group takes them. */
import { type KeyObject, sign } from 'node:crypto';
import { encodeCloudFrontBase64 } from '../shared/access/cloudfront-base64.ts';
import { cannedPolicyText } from '../shared/access/policy-statement.ts';
import type { HashAlgorithm } from '../shared/access/signed-verdict.ts';

/** What may be fetched; times in epoch seconds. Anything beyond resource and end makes a custom policy. */
export interface Grant {
  /** The URL, or in a custom policy a pattern. */
  readonly resource: string;
  /** The first refused second. */
  readonly dateLessThan: number;
  /** The last refused second before it begins. */
  readonly dateGreaterThan?: number;
  /** IPv4 address or range. */
  readonly ipAddress?: string;
}

export interface Signer {
  readonly keyPairId: string;
  readonly privateKey: KeyObject;
  readonly hashAlgorithm: HashAlgorithm;
}

/** Names without the prefix `CloudFront-` that cookies have, values ready to send. */
export type SigningParameters = readonly (readonly [name: string, value: string])[];

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html */
export function signCanned(grant: Grant, signer: Signer): SigningParameters {
  const expires = String(grant.dateLessThan);
  const text = cannedPolicyText(grant.resource, expires);
  return [['Expires', expires], ...signatureParameters(text, signer)];
}

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html */
export function signCustom(grant: Grant, signer: Signer): SigningParameters {
  const { resource, dateLessThan, dateGreaterThan, ipAddress } = grant;
  const text = JSON.stringify({
    Statement: [
      {
        Resource: resource,
        Condition: {
          DateLessThan: { 'AWS:EpochTime': dateLessThan },
          ...(dateGreaterThan !== undefined && { DateGreaterThan: { 'AWS:EpochTime': dateGreaterThan } }),
          ...(ipAddress !== undefined && { IpAddress: { 'AWS:SourceIp': ipAddress } }),
        },
      },
    ],
  });
  return [['Policy', encodeCloudFrontBase64(Buffer.from(text))], ...signatureParameters(text, signer)];
}

/** The URL with the signing parameters behind its own. */
export function signedUrl(url: string, parameters: SigningParameters): string {
  const query = parameters.map(([name, value]) => `${name}=${value}`).join('&');
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

/** SHA-1 is what CloudFront assumes, and is left unsaid. */
function signatureParameters(text: string, { keyPairId, privateKey, hashAlgorithm }: Signer): SigningParameters {
  const hash = hashAlgorithm === 'SHA1' ? 'sha1' : 'sha256';
  const signature = encodeCloudFrontBase64(sign(hash, Buffer.from(text), privateKey));
  const algorithm = hashAlgorithm === 'SHA1' ? [] : [['Hash-Algorithm', hashAlgorithm] as const];
  return [['Signature', signature], ['Key-Pair-Id', keyPairId], ...algorithm];
}
