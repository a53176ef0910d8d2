/**
 * The events of Lambda@Edge.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
 */
import type { Distribution, Origin } from '../distribution.ts';
import { reasonPhrase } from '../error-page.ts';
import type { EdgeRequest } from '../exchange.ts';
import type { HeaderLines } from '../headers.ts';
import { lambdaHeaders } from './headers.ts';

/** The request as the viewer sent it, without its body. */
export function viewerRequestEvent(distribution: Distribution, request: EdgeRequest) {
  return event(distribution, 'viewer-request', request, { request: requestOf(request, request.headers) });
}

/** `sent` is what the origin was sent, `received` what it answered. */
export function originResponseEvent(
  distribution: Distribution,
  request: EdgeRequest,
  origin: Origin,
  sent: HeaderLines,
  status: number,
  received: HeaderLines,
) {
  return event(distribution, 'origin-response', request, {
    request: { ...requestOf(request, sent), origin: originOf(origin) },
    response: {
      headers: lambdaHeaders(received),
      status: String(status),
      statusDescription: reasonPhrase(status),
    },
  });
}

function event(distribution: Distribution, eventType: string, { id }: EdgeRequest, parts: object) {
  const config = {
    distributionDomainName: distribution.domainName,
    distributionId: distribution.id,
    eventType,
    requestId: id,
  };
  return { Records: [{ cf: { config, ...parts } }] };
}

function requestOf(request: EdgeRequest, headers: HeaderLines) {
  return {
    clientIp: request.viewerIp,
    headers: lambdaHeaders(headers),
    method: request.method,
    querystring: request.query ?? '',
    uri: request.uri,
  };
}

function originOf(origin: Origin): object {
  const common = {
    customHeaders: lambdaHeaders([...origin.customHeaders].map(([name, value]) => [name, value])),
    domainName: origin.domainName,
    path: origin.path,
    readTimeout: origin.readTimeoutSeconds,
    responseCompletionTimeout: origin.readTimeoutSeconds,
  };
  if (origin.type === 's3') return { s3: { ...common, authMethod: 'none', region: '' } };
  return { custom: { ...common, keepaliveTimeout: 5, port: 443, protocol: 'https', sslProtocols: ['TLSv1.2'] } };
}
