/** What a viewer shows to a section of the Lambda@Edge function: an asymmetric token, or CloudFront's own signature. */
import type { JWK } from 'jose';
import { admission, type RefusalReason, tokensIn } from '../shared/access/bearer.ts';
import { carriedValues } from '../shared/access/carriers.ts';
import { type Pair, SIGNING_PARAMETERS } from '../shared/access/signed-credential.ts';
import { type SignedReason, signedVerdict } from '../shared/access/signed-verdict.ts';
import type { Token } from '../shared/access/token.ts';
import { visitOf } from '../shared/access/visit.ts';
import type { ProtectedSection } from '../shared/config.ts';
import { headerText, type ViewerRequest } from '../shared/events/cloudfront-functions.ts';
import { sha256 } from './digests.ts';
import { jwksFault, tokenAlgorithms } from './jwks.ts';
import { type PublicKeys, verifyWith } from './public-keys.ts';

/** The keys of a section, ready to verify with. */
export interface CredentialKeys {
  /** Public keys of tokens, at `now` in epoch milliseconds. */
  readonly jwks: (kid: string | undefined, now: number) => Promise<readonly JWK[]>;
  readonly publicKeys: PublicKeys;
}

/** A request in the shape of CloudFront Functions, and what that shape leaves out. */
export interface Viewer {
  readonly request: ViewerRequest;
  readonly ip: string;
  /** In the order in which they came. */
  readonly cookies: readonly Pair[];
}

/** What CloudFront's own signature says: why the viewer is refused. */
export type SignatureCheck = (viewer: Viewer, keys: CredentialKeys, now: number) => SignedReason | undefined;

/**
 * Undefined when the viewer may come in, at `now` in epoch seconds. A token decides where there is one;
 * CloudFront's own signature where there is none, and the section takes it.
 *
 * @param checkSignature `signatureRefusal`; without it no signature is taken, nor bundled
 */
export async function credentialRefusal(
  viewer: Viewer,
  section: ProtectedSection,
  keys: CredentialKeys,
  now: number,
  checkSignature: SignatureCheck | undefined,
): Promise<RefusalReason | SignedReason | undefined> {
  const values = carriedValues(viewer.request, section, undefined);
  if (values.length === 0 && checkSignature !== undefined && section.carriers.includes('cloudfront')) {
    return checkSignature(viewer, keys, now);
  }
  const tokens = tokensIn(values, tokenAlgorithms(section.algorithms));
  if (typeof tokens === 'string') return tokens;
  const visit = visitOf(viewer.request, viewer.ip, section, now, sha256);
  const refusals: RefusalReason[] = [];
  for (const token of tokens) {
    const verdict = (await tokenFault(token, keys, now)) ?? admission(token, section, visit);
    if (typeof verdict !== 'string') return undefined;
    refusals.push(verdict);
  }
  return refusals[0];
}

async function tokenFault(token: Token, keys: CredentialKeys, now: number) {
  return jwksFault(token, await keys.jwks(token.kid, now * 1000));
}

/** The URL is judged as it was on the wire. */
export const signatureRefusal: SignatureCheck = ({ request, ip, cookies }, keys, now) => {
  const verdict = signedVerdict(
    {
      scheme: 'https',
      host: headerText(request, 'host'),
      path: request.uri,
      query: request.rawQueryString(),
      cookies,
      viewerIp: ip,
      now,
    },
    verifyWith(keys.publicKeys),
  );
  return verdict.allow ? undefined : verdict.reason;
};

/** Takes CloudFront's own credential out of a request that goes on. */
export function removeSignature(request: ViewerRequest): void {
  for (const name of SIGNING_PARAMETERS) {
    delete request.querystring[name];
    delete request.cookies[`CloudFront-${name}`];
  }
}
