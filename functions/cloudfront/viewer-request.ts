/**
 * Viewer request, CloudFront Functions: may this viewer in, and which regional bucket is nearest?
 *
 * Runs before the cache lookup, on hits too. Access fails closed: a refused viewer is answered here.
 * Routing fails open: without it the behavior's static origin group serves the request.
 *
 * The engine reads closures wrongly after an `await`, so that the handler contains no function, and
 * an exception there costs much, so that all that can go wrong with hostile input does so before.
 */

import crypto from 'node:crypto';
import cf from 'cloudfront';
import { bearerRefusal, tokensOf } from '../../shared/access/bearer.ts';
import { type CanonicalPath, canonicalPath } from '../../shared/access/canonical-path.ts';
import { type AnswerReason, refusalLine, refusalResponse } from '../../shared/access/refusal.ts';
import { sectionOf } from '../../shared/access/section.ts';
import type { Visit } from '../../shared/access/statement.ts';
import { failover, leewaySeconds, protectedSections, regions, routes } from '../../shared/config.ts';
import type { ViewerRequest, ViewerRequestEvent, ViewerResponse } from '../../shared/events/cloudfront-functions.ts';
import { ORDER_HEADER, regionOrder } from '../../shared/routing/region-order.ts';
import { type Drained, readState } from '../../shared/state.ts';
import { removeInternalHeaders, removeTokens } from '../../shared/viewer-headers.ts';

const store = cf.kvs();

export async function handler(event: ViewerRequestEvent): Promise<ViewerRequest | ViewerResponse> {
  const request = event.request;
  const path = canonicalPath(request.uri);
  if (path === null) return refuse('path', request);

  const section = sectionOf(protectedSections, path.decoded);
  const tokens = section === null ? [] : tokensOf(request.cookies[section.name]);
  if (typeof tokens === 'string') return refuse(tokens, request);

  let value: unknown = null;
  try {
    value = await store.get('state', { format: 'json' });
  } catch (_) {
    value = null;
  }
  const state = readState(value);
  const now = Date.now() / 1000;

  if (section !== null) {
    if (state === null) return refuse('state-unreadable', request);
    const rules = { issuer: section.issuer, audience: section.audience, leewaySeconds: leewaySeconds };
    const refusal = bearerRefusal(tokens, state.keys, hmacSha256, rules, visitOf(event, path, now));
    if (refusal !== null) return refuse(refusal, request);
  }
  removeTokens(request, protectedSections);
  removeInternalHeaders(request);
  route(request, state === null ? {} : state.drained, now);
  return request;
}

function visitOf(event: ViewerRequestEvent, path: CanonicalPath, now: number): Visit {
  const query = event.request.rawQueryString();
  const host = event.request.headers.host;
  return {
    requested: {
      scheme: 'https',
      host: host === undefined ? '' : host.value,
      path: path.normal,
      query: query === undefined || query === '' ? null : query,
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
    const order = regionOrder(regions, routes[cf.edgeLocation.region], drained, now);
    const primary = order[0];
    const secondary = order[1];
    if (primary === undefined || secondary === undefined) return;
    cf.createRequestOriginGroup({
      originIds: [{ originId: primary.originId }, { originId: secondary.originId }],
      failoverCriteria: { statusCodes: failover.statusCodes },
    });
    request.headers[ORDER_HEADER] = { value: `${primary.region},${secondary.region}` };
  } catch (_) {
    // The behavior's static origin group stays in place.
  }
}
