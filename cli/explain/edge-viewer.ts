/** A request in the shape in which our functions read it, made as the emulator makes their events. */
import { viewerRequestEvent as functionEvent } from '../../emulator/cloudfront-functions/event.ts';
import type { Distribution, ViewerFunction } from '../../emulator/distribution.ts';
import type { EdgeRequest } from '../../emulator/exchange.ts';
import { viewerRequestEvent as lambdaEvent } from '../../emulator/lambda-edge/event.ts';
import { cookiesOf, requestOf, viewerRequestOf } from '../../shared/events/lambda-edge.ts';
import type { Viewer } from '../../signing/credential.ts';
import type { ExplainedRequest } from './explained-request.ts';

export function viewerOf(
  runtime: ViewerFunction['runtime'],
  distribution: Distribution,
  request: ExplainedRequest,
): Viewer {
  const { method, path, query, headers, viewerIp, cookies } = request;
  const wire = { scheme: 'https', httpVersion: '1.1' } as const;
  const sent: EdgeRequest = { id: '', ...wire, method, uri: path, query, headers, viewerIp, body: null };
  if (runtime === 'lambda-edge') {
    const event = requestOf(lambdaEvent(distribution, sent) as unknown as Parameters<typeof requestOf>[0]);
    return { request: viewerRequestOf(event), ip: viewerIp, cookies: cookiesOf(event) };
  }
  const { request: fields, rawQueryString } = functionEvent(distribution, sent);
  return { request: { ...fields, rawQueryString: () => rawQueryString }, ip: viewerIp, cookies };
}
