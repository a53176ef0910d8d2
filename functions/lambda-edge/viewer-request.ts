/**
 * Viewer request, Lambda@Edge: may this viewer in, by an asymmetric token or by CloudFront's own signature?
 *
 * Runs before the cache lookup, on hits too, and routes nowhere: the behavior's static origin group serves
 * the request. Access fails closed: after an exception CloudFront answers 503.
 */
import type { CloudFrontRequestEvent, CloudFrontRequestResult } from 'aws-lambda';
import type { JWK } from 'jose';
import { canonicalPath } from '../../shared/access/canonical-path.ts';
import { queryWithout, removeTokens, tokenParameters } from '../../shared/access/carriers.ts';
import { addCorsHeaders, isPreflight } from '../../shared/access/cors.ts';
import {
  type AnswerReason,
  type EdgeResponse,
  edgeResponse,
  refusalLine,
  refusalResponse,
  signInResponse,
} from '../../shared/access/refusal.ts';
import { sectionOf } from '../../shared/access/section.ts';
import { SIGNING_PARAMETERS } from '../../shared/access/signed-credential.ts';
import {
  type ProtectedSection,
  protectedSections,
  type SectionKeys,
  sectionKeys,
  type UsedFeatures,
} from '../../shared/config.ts';
import type { ViewerRequest } from '../../shared/events/cloudfront-functions.ts';
import { cookiesOf, removeWhatIsGone, requestOf, resultOf, viewerRequestOf } from '../../shared/events/lambda-edge.ts';
import { removeInternalHeaders } from '../../shared/viewer-headers.ts';
import { type CredentialKeys, credentialRefusal, removeSignature, signatureRefusal } from '../../signing/credential.ts';
import { publicKeys } from '../../signing/public-keys.ts';
import { remoteJwks } from '../../signing/remote-jwks.ts';

/** Replaced by the build, so that what no section uses is left out. */
declare const USES: UsedFeatures;

/** By the path of a section; parsed once for all the requests that an instance serves. */
const KEYS = new Map(Object.entries(sectionKeys).map(([path, keys]) => [path, readyKeys(keys)]));

export async function handler(event: CloudFrontRequestEvent): Promise<CloudFrontRequestResult> {
  const request = requestOf(event);
  const viewer = viewerRequestOf(request);
  const path = canonicalPath(viewer.uri);
  if (path === undefined) return refuse('path', viewer, undefined);
  const section = sectionOf(protectedSections, path);
  const keys = section === undefined ? undefined : KEYS.get(section.path);
  if (section === undefined || keys === undefined) return refuse('no-section', viewer, section);
  if (section.cors && isPreflight(viewer)) return answer(edgeResponse(204), viewer, section);

  const shown = { request: viewer, ip: request.clientIp, cookies: cookiesOf(request) };
  const checkSignature = USES.signatures ? signatureRefusal : undefined;
  const refusal = await credentialRefusal(shown, section, keys, Date.now() / 1000, checkSignature);
  if (refusal !== undefined) return refuse(refusal, viewer, section);

  removeTokens(viewer, section, protectedSections);
  if (USES.signatures && section.carriers.includes('cloudfront')) removeSignature(viewer);
  removeInternalHeaders(viewer);
  removeWhatIsGone(request, viewer);
  return request;
}

function readyKeys({ jwks, jwksUrl, publicKeys: pems }: SectionKeys): CredentialKeys {
  const inlined = jwks as readonly JWK[];
  return {
    jwks: USES.refreshedKeys && jwksUrl !== null ? remoteJwks(jwksUrl, inlined) : async () => inlined,
    publicKeys: publicKeys(pems),
  };
}

function refuse(reason: AnswerReason, viewer: ViewerRequest, section: ProtectedSection | undefined) {
  console.log(refusalLine(reason, viewer.uri));
  const refusal = refusalResponse(reason);
  if (!section?.signIn) return answer(refusal, viewer, section);
  const names = [...tokenParameters(protectedSections), ...SIGNING_PARAMETERS];
  const query = queryWithout(viewer.rawQueryString(), names);
  return answer(signInResponse(refusal, viewer, section.signIn, query, Date.now() / 1000), viewer, section);
}

function answer(response: EdgeResponse, viewer: ViewerRequest, section: ProtectedSection | undefined) {
  if (section?.cors) addCorsHeaders(response.headers, viewer, section.cors);
  return resultOf(response);
}
