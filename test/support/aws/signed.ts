import type { Asked } from './endpoint.ts';

/** Why AWS refuses a request by its signature (SigV4), as far as its form tells; undefined: it does not. */
export function refusesUnsigned({ headers }: Asked, service: string, region = 'us-east-1'): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return 'no signature';
  const scope = new RegExp(`^AWS4-HMAC-SHA256 Credential=[A-Z0-9]+/\\d{8}/${region}/${service}/aws4_request, `);
  return scope.test(authorization) ? undefined : `expected a signature for ${service} in ${region}`;
}
