/** What an operator wants and what was read, for plans: valid by default. */
import type { Facts, Wanted } from '../../../deploy/associate/wanted.ts';
import { ACCOUNT, functionArn, lambdaArn } from '../aws/cloudfront/configuration.ts';

export const VIEWER_REQUEST = functionArn('films-dev-viewer-request');
export const MEMBER_REQUEST = lambdaArn('films-dev-viewerRequest', '4');
export const ORIGIN_RESPONSE = lambdaArn('films-dev-originResponse', '7');

export const REGIONS = [
  { region: 'us-east-1', originId: 'us-east-1' },
  { region: 'eu-west-1', originId: 'eu-west-1' },
];

export function wanted(init: Partial<Wanted> = {}): Wanted {
  return {
    behaviors: ['/media/*'],
    events: ['viewer-request', 'origin-response'],
    functions: [
      { event: 'viewer-request', arn: VIEWER_REQUEST },
      { event: 'viewer-request', arn: MEMBER_REQUEST },
      { event: 'origin-response', arn: ORIGIN_RESPONSE },
    ],
    config: {
      regions: REGIONS,
      protected: [],
      signed: null,
      failover: { statusCodes: [500, 503, 504], maxAgeSeconds: 60, retryAfterSeconds: 30 },
    },
    buckets: ['films-dev-us-east-1', 'films-dev-eu-west-1'],
    replace: false,
    withOrigins: true,
    ...init,
  };
}

export function facts(init: Partial<Facts> = {}): Facts {
  return {
    distributionArn: `arn:aws:cloudfront::${ACCOUNT}:distribution/E1EXAMPLE`,
    functions: new Map([[VIEWER_REQUEST, { isPublished: true, hasStore: true }]]),
    policies: new Map(),
    cachePolicies: new Map(),
    stack: null,
    ...init,
  };
}
