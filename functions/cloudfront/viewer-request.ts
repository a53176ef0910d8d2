/**
 * Viewer request, CloudFront Functions: may this viewer in, and which regional bucket is nearest?
 *
 * Runs before the cache lookup, on hits too. Access fails closed: a refused viewer is answered here.
 * Routing fails open: without it the behavior's static origin group serves the request.
 *
 * The engine reads closures wrongly after an `await`, so that the handler contains no function, and
 * an exception there costs much, so that all that can go wrong with hostile input does so before.
 */

import cf from 'cloudfront';
import crypto from 'crypto';
import { bearerRefusal, tokensIn } from '../../shared/access/bearer.ts';
import { canonicalPath } from '../../shared/access/canonical-path.ts';
import { carriedValues, ownQuery, removeTokens } from '../../shared/access/carriers.ts';
import type { ClaimRules } from '../../shared/access/claims.ts';
import { type AnswerReason, refusalLine, refusalResponse } from '../../shared/access/refusal.ts';
import { sectionOf } from '../../shared/access/section.ts';
import type { Visit } from '../../shared/access/statement.ts';
import {
  failover,
  leewaySeconds,
  type ProtectedSection,
  protectedSections,
  regions,
  routes,
} from '../../shared/config.ts';
import type { ViewerRequest, ViewerRequestEvent, ViewerResponse } from '../../shared/events/cloudfront-functions.ts';
import { ORDER_HEADER, regionOrder } from '../../shared/routing/region-order.ts';
import { type Drained, readState, type State } from '../../shared/state.ts';
import { removeInternalHeaders } from '../../shared/viewer-headers.ts';

const store = cf.kvs();

export async function handler(event: ViewerRequestEvent): Promise<ViewerRequest | ViewerResponse> {
  const request = event.request;
  const path = canonicalPath(request.uri);
  if (!path) return refuse('path', request);

  const section = sectionOf(protectedSections, path);
  const tokens = section ? tokensIn(carriedValues(request, section)) : [];
  if (typeof tokens === 'string') return refuse(tokens, request);

  let state: State | undefined;
  try {
    const value = await store.get('state', { format: 'json' });
    state = readState(value);
  } catch (_) {
    state = undefined;
  }
  const now = Date.now() / 1000;

  if (section) {
    const refusal = state
      ? bearerRefusal(tokens, state.keys, hmacSha256, rulesOf(section), visitOf(event, section, now))
      : 'state-unreadable';
    if (refusal) return refuse(refusal, request);
  }
  removeTokens(request, section, protectedSections);
  removeInternalHeaders(request);
  route(request, state ? state.drained : {}, now);
  return request;
}

function rulesOf(section: ProtectedSection): ClaimRules {
  return { issuer: section.issuer, audience: section.audience, leewaySeconds: leewaySeconds };
}

function visitOf(event: ViewerRequestEvent, section: ProtectedSection, now: number): Visit {
  const request = event.request;
  return {
    requested: {
      scheme: 'https',
      host: request.headers.host ? request.headers.host.value : '',
      path: request.uri,
      query: ownQuery(request.rawQueryString(), section),
    },
    viewerIp: event.viewer.ip,
    now: now,
  };
}

function hmacSha256(key: Buffer, text: string): string {
  return crypto.createHmac('sha256', key).update(text).digest('base64url');
}

function refuse(reason: AnswerReason, request: ViewerRequest): ViewerResponse {
  console.log(refusalLine(reason, request));
  return refusalResponse(reason);
}

function route(request: ViewerRequest, drained: Drained, now: number): void {
  try {
    const order = regionOrder(regions, routes[cf.edgeLocation.region], drained, now).slice(0, 2);
    cf.createRequestOriginGroup({
      originIds: order.map((entry) => ({ originId: entry.originId })),
      failoverCriteria: { statusCodes: failover.statusCodes },
    });
    request.headers[ORDER_HEADER] = { value: order.map((entry) => entry.region).join(',') };
  } catch (_) {
    // The behavior's static origin group stays in place.
  }
}
