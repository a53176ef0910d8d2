/** Each viewer sees one of two variants, and the same one again: by cookie, or for a newcomer by address and browser. */

import type { CloudFrontFunctionsEvent } from 'aws-lambda';
import crypto from 'crypto';

type Request = CloudFrontFunctionsEvent['request'];

export function handler(event: CloudFrontFunctionsEvent): Request {
  const request = event.request;
  const variant = rememberedBy(request) || drawnFor(event.viewer.ip, request);
  request.headers['x-variant'] = { value: variant };
  request.uri = `/${variant}${request.uri}${request.uri.endsWith('/') ? 'index.html' : ''}`;
  return request;
}

function rememberedBy(request: Request): string | null {
  const cookie = request.cookies.variant;
  const value = cookie ? cookie.value : '';
  return value === 'a' || value === 'b' ? value : null;
}

function drawnFor(ip: string, request: Request): string {
  const header = request.headers['user-agent'];
  const browser = header ? header.value : '';
  const digest = crypto
    .createHash('sha256')
    .update(ip + browser)
    .digest('hex');
  return digest.charAt(0) < '8' ? 'a' : 'b';
}
