/**
 * Viewer request, CloudFront Functions: may this viewer in, and which regional bucket is nearest?
 *
 * Runs before the cache lookup, on hits too. Access fails closed: a refused viewer is answered here.
 * Routing fails open: without it the behavior's static origin group serves the request.
 *
 * The engine reads closures wrongly after an `await`, so that the async functions contain no function,
 * and an exception there costs much, so that all that can go wrong with hostile input does so before.
 */

import cf from 'cloudfront';
import crypto from 'crypto';
import { type Admission, admissions, revocationKeys, tokensIn } from '../../shared/access/bearer.ts';
import { canonicalPath } from '../../shared/access/canonical-path.ts';
import {
  carriedValues,
  queryWithout,
  removeTokens,
  takePathToken,
  tokenParameters,
} from '../../shared/access/carriers.ts';
import { addCorsHeaders, isPreflight } from '../../shared/access/cors.ts';
import {
  type AnswerReason,
  type EdgeResponse,
  edgeResponse,
  refusalLine,
  refusalResponse,
  signInResponse,
} from '../../shared/access/refusal.ts';
import { isRevoked } from '../../shared/access/revocation.ts';
import { sectionOf } from '../../shared/access/section.ts';
import { visitOf } from '../../shared/access/visit.ts';
import {
  failover,
  type ProtectedSection,
  protectedSections,
  type Region,
  regions,
  routes,
  type UsedFeatures,
} from '../../shared/config.ts';
import type { ViewerRequest, ViewerRequestEvent, ViewerResponse } from '../../shared/events/cloudfront-functions.ts';
import { isText } from '../../shared/is-text.ts';
import { ORDER_HEADER, regionOrder } from '../../shared/routing/region-order.ts';
import { type Drains, readState, type State } from '../../shared/state.ts';
import { removeInternalHeaders } from '../../shared/viewer-headers.ts';

/** Replaced by the build, so that what no section uses is left out. */
declare const USES: UsedFeatures;

const ALGORITHMS = ['HS256'];

const store = cf.kvs();

export async function handler(event: ViewerRequestEvent): Promise<ViewerRequest | ViewerResponse> {
  const request = event.request;
  const pathToken = USES.pathTokens ? takePathToken(request) : undefined;
  const path = canonicalPath(request.uri);
  const section = path ? sectionOf(protectedSections, path) : undefined;
  if (!path || (pathToken && !(section && section.carriers.includes('path')))) return refuse('path', request, section);
  if (USES.crossOrigin && section && section.cors && isPreflight(request)) {
    return answer(edgeResponse(204), request, section);
  }
  const tokens = section ? tokensIn(carriedValues(request, section, pathToken), ALGORITHMS) : [];
  if (isText(tokens)) return refuse(tokens, request, section);

  let state: State | undefined;
  try {
    const value = await store.get('state', { format: 'json' });
    state = readState(value);
  } catch (_) {
    // Unreadable, as one that is no state.
  }
  if (section) {
    if (!state) return refuse('state-unreadable', request, section);
    const visit = visitOf(request, event.viewer.ip, section, Date.now() / 1000, sha256);
    const admitted = admissions(tokens, state.keys, hmacSha256, section, visit);
    if (isText(admitted)) return refuse(admitted, request, section);
    if (USES.revocationEntries && section.revocation) {
      const refusal = await revocation(admitted);
      if (refusal) return refuse(refusal, request, section);
    }
  }
  removeTokens(request, section, protectedSections);
  removeInternalHeaders(request);
  route(request, state || {}, Date.now() / 1000);
  return request;
}

/** Undefined as soon as one of the tokens was not revoked. */
async function revocation(admitted: readonly Admission[]): Promise<AnswerReason | undefined> {
  let refusal: AnswerReason | undefined = 'revoked';
  try {
    for (let i = 0; i < admitted.length && refusal; i++) {
      const keys = revocationKeys(admitted[i] as Admission, sha256);
      refusal = undefined;
      for (let j = 0; j < keys.length && !refusal; j++) {
        const known = await store.exists(keys[j] as string);
        if (known) {
          const entry = await store.get(keys[j] as string);
          if (isRevoked(admitted[i] as Admission, entry)) refusal = 'revoked';
        }
      }
    }
  } catch (_) {
    refusal = 'state-unreadable';
  }
  return refusal;
}

function hmacSha256(key: Buffer, text: string): string {
  return crypto.createHmac('sha256', key).update(text).digest('base64url');
}

function sha256(text: string): string {
  return crypto.createHash('sha256').update(text).digest('base64url');
}

function refuse(reason: AnswerReason, request: ViewerRequest, section: ProtectedSection | undefined): ViewerResponse {
  console.log(refusalLine(reason, request.uri));
  let response = refusalResponse(reason);
  if (USES.signInPage && section && section.signIn) {
    const query = queryWithout(request.rawQueryString(), tokenParameters(protectedSections));
    response = signInResponse(response, request, section.signIn, query, Date.now() / 1000);
  }
  return answer(response, request, section);
}

function answer(response: EdgeResponse, request: ViewerRequest, section: ProtectedSection | undefined): ViewerResponse {
  if (USES.crossOrigin && section && section.cors) addCorsHeaders(response.headers, request, section.cors);
  const headers: ViewerResponse['headers'] = {};
  Object.keys(response.headers).forEach((name) => {
    headers[name] = { value: response.headers[name] as string };
  });
  return { statusCode: response.status, headers: headers };
}

function route(request: ViewerRequest, drains: Drains, now: number): void {
  try {
    const order = regionOrder(regions, routes[cf.edgeLocation.region], drains, now).slice(0, 2);
    if (order[1]) {
      cf.createRequestOriginGroup({
        originIds: order.map((entry) => ({ originId: entry.originId })),
        failoverCriteria: { statusCodes: failover.statusCodes },
      });
    } else cf.selectRequestOriginById((order[0] as Region).originId);
    request.headers[ORDER_HEADER] = { value: order.map((entry) => entry.region).join(',') };
  } catch (_) {
    // The behavior's static origin group stays in place.
  }
}
