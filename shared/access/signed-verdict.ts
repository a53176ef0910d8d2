/** Whether a signed URL or signed cookies let a viewer in, as CloudFront's trusted key groups decide it. */
import { decodeCloudFrontBase64, encodeCloudFrontBase64 } from './cloudfront-base64.ts';
import { cannedPolicyText, cannedStatement, customStatement } from './policy-statement.ts';
import { matchesUrl, type RequestedResource } from './resource.ts';
import { type SignedCredential, type SignedRequest, signedCredential } from './signed-credential.ts';
import { type Statement, type StatementReason, statementRefusal } from './statement.ts';

/** CloudFront's own codes, as people report its 403 to name them. */
export type SignedCode = 'MissingKey' | 'InvalidKey' | 'AccessDenied' | 'MalformedPolicy' | 'MalformedSignature';

/** The finer reason, for people. */
export type SignedReason =
  | StatementReason
  | 'no-credential'
  | 'no-signature'
  | 'no-policy'
  | 'repeated-parameter'
  | 'hash-algorithm'
  | 'unknown-key'
  | 'signature-encoding'
  | 'policy-encoding'
  | 'policy-statement'
  | 'unverifiable'
  | 'signature';

export type HashAlgorithm = 'SHA1' | 'SHA256';

/** Whether the signature over `signed` was made with the key; undefined: there is no such key. */
export type VerifySignature = (
  keyPairId: string,
  algorithm: HashAlgorithm,
  signed: Buffer,
  signature: Buffer,
) => boolean | undefined;

export type SignedVerdict =
  | { readonly allow: true; readonly credential: SignedCredential }
  | {
      readonly allow: false;
      readonly code: SignedCode;
      readonly reason: SignedReason;
      readonly credential: SignedCredential;
    };

export interface SignedVisit extends SignedRequest {
  readonly viewerIp: string;
  /** Epoch seconds. */
  readonly now: number;
}

/**
 * The policy is verified over the bytes that were sent, or, when it is canned, over the text rebuilt
 * from the URL as it was on the wire; only then is it read. At `DateLessThan` itself it is refused, and
 * so is whatever `verify` throws at. Never throws.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-how-signed-urls-work.html
 */
export function signedVerdict(visit: SignedVisit, verify: VerifySignature): SignedVerdict {
  const credential = signedCredential(visit);
  const refused = (code: SignedCode, reason: SignedReason): SignedVerdict => ({
    allow: false,
    code: code,
    reason: reason,
    credential: credential,
  });
  const keyPairId = credential.keyPairId;
  if (!keyPairId) return refused('MissingKey', 'no-credential');
  if (credential.repeated !== undefined) return refused('AccessDenied', 'repeated-parameter');
  const algorithm = hashAlgorithm(credential.hashAlgorithm);
  if (!algorithm) return refused('AccessDenied', 'hash-algorithm');
  if (!credential.signature) return refused('AccessDenied', 'no-signature');
  const signature = decodeCloudFrontBase64(credential.signature);
  if (!signature) return refused('MalformedSignature', 'signature-encoding');
  if (credential.policy === undefined && credential.expires === undefined) return refused('AccessDenied', 'no-policy');

  const signed = signedText(credential);
  if (!signed) return refused('MalformedPolicy', 'policy-encoding');
  const verified = verifiedBy(verify, keyPairId, algorithm, signed, signature);
  if (verified === null) return refused('AccessDenied', 'unverifiable');
  if (verified === undefined) return refused('InvalidKey', 'unknown-key');
  if (verified !== true) return refused('AccessDenied', 'signature');

  const statement = statementOf(credential, signed);
  if (!statement) return refused('MalformedPolicy', 'policy-statement');
  const reason = visitRefusal(statement, credential, visit);
  return reason ? refused('AccessDenied', reason) : { allow: true, credential: credential };
}

/** Null when `verify` throws: then nothing is proved. */
function verifiedBy(
  verify: VerifySignature,
  keyPairId: string,
  algorithm: HashAlgorithm,
  signed: Buffer,
  signature: Buffer,
): boolean | undefined | null {
  try {
    return verify(keyPairId, algorithm, signed, signature);
  } catch (_) {
    return null;
  }
}

/** SHA-1 where nothing is said; undefined for a name that CloudFront lacks. */
export function hashAlgorithm(value: string | undefined): HashAlgorithm | undefined {
  if (value === undefined) return 'SHA1';
  return value === 'SHA1' || value === 'SHA256' ? value : undefined;
}

/**
 * The bytes under the signature: the custom policy where there is one, or the canned policy of the URL.
 * Undefined for a policy in no proper encoding.
 */
export function signedText(credential: SignedCredential): Buffer | undefined {
  if (credential.policy === undefined)
    return Buffer.from(cannedPolicyText(credential.url, credential.expires as string));
  const bytes = decodeCloudFrontBase64(credential.policy);
  return bytes && encodeCloudFrontBase64(Buffer.from(bytes.toString())) === credential.policy ? bytes : undefined;
}

/** The statement in the bytes under the signature; undefined for what is none. */
export function statementOf(credential: SignedCredential, signed: Buffer): Statement | undefined {
  if (credential.policy !== undefined) return customStatement(signed.toString());
  // A quote in the URL would end the text of the resource: nobody signs such a URL.
  return credential.url.indexOf('"') === -1 ? cannedStatement(credential.expires as string) : undefined;
}

function visitRefusal(
  statement: Statement,
  credential: SignedCredential,
  visit: SignedVisit,
): StatementReason | undefined {
  const seen = {
    scheme: visit.scheme,
    host: visit.host,
    path: visit.path,
    query: credential.query,
    viewerIp: visit.viewerIp,
    now: visit.now,
  };
  const resources = statement.resources;
  if (resources && !resources.every((resource) => matchesPolicyResource(resource, seen))) return 'resource';
  return statementRefusal(
    { resources: undefined, start: statement.start, end: statement.end, sourceIps: statement.sourceIps },
    seen,
  );
}

const SCHEMES = ['http', 'https', '*', 'http*'];

/**
 * Whether the resource of a policy covers the URL as it was on the wire. A path that leaves its folder
 * on the way (`..`, however spelled) is in no resource.
 */
export function matchesPolicyResource(resource: string, requested: RequestedResource): boolean {
  const pattern = fullPattern(resource);
  return pattern !== undefined && !LEAVING.test(requested.path) && matchesUrl(pattern, requested);
}

/**
 * The resource of a policy with all its parts: `*` stands for every URL, `*example.com` for
 * `*://*example.com/`, and a domain that ends in `*` covers every path. Undefined for another scheme.
 */
export function fullPattern(resource: string): string | undefined {
  if (resource === '*') return '*://*/*';
  const scheme = resource.indexOf('://');
  const hasDomainAlone = resource.indexOf('/', scheme === -1 ? 0 : scheme + 3) === -1;
  const endsInStar = resource.charAt(resource.length - 1) === '*';
  if (scheme === -1) {
    if (resource.charAt(0) !== '*' || !hasDomainAlone) return undefined;
    return `*://${resource}${endsInStar ? '/*' : '/'}`;
  }
  if (SCHEMES.indexOf(resource.slice(0, scheme)) === -1) return undefined;
  return hasDomainAlone && endsInStar ? `${resource}/*` : resource;
}

/** A segment that begins with `..` and ends there, or goes on with parameters. */
const LEAVING = /\/(?:\.|%2[Ee]){2}(?:[/;]|%2[Ff]|%5[Cc]|\\|(?![\s\S]))/;
