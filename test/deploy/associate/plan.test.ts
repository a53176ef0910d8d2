/** What a plan changes, and what it refuses before CloudFront is asked. */
import { describe, expect, test } from 'vitest';
import {
  complete,
  FUNCTIONS_ALONE,
  findingsOf,
  type PlanCase,
  placesOf,
  planned,
  planOf,
  THEIRS,
} from '../../support/associate/planned.ts';
import { ORIGIN_RESPONSE, VIEWER_REQUEST } from '../../support/associate/wanted.ts';
import {
  behavior,
  bucketOrigin,
  configurationXml,
  lambdaArn,
  originGroup,
  serverOrigin,
} from '../../support/aws/cloudfront/configuration.ts';

describe('without --with-origins', () => {
  test.each<PlanCase>([
    { name: 'a distribution that lacks nothing', places: FUNCTIONS_ALONE },
    { name: 'one event', wish: { events: ['origin-response'] }, places: '/media/* origin-response' },
    {
      name: 'two behaviors',
      wish: { behaviors: ['/media/*', 'default'], replace: true },
      findings: 'warning origin-group, lack order-header',
    },
    {
      name: 'a behavior that is not there',
      wish: { behaviors: ['/none/*'] },
      findings: 'refusal unknown-behavior',
      places: '',
    },
    {
      name: 'no origin for a region',
      xml: complete({
        Origins: [bucketOrigin('us-east-1'), bucketOrigin('x')],
        OriginGroups: [originGroup('both', ['us-east-1', 'x'])],
      }),
      findings: 'lack origin-missing',
    },
    {
      name: 'its own group is missing',
      xml: complete({}, { TargetOriginId: 'us-east-1' }),
      findings: 'warning origin-group',
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'a policy without the header',
      xml: complete({}, { OriginRequestPolicyId: 'origin' }),
      findings: 'lack order-header',
    },
    { name: 'a policy with all headers', xml: complete({}, { OriginRequestPolicyId: 'all' }), places: FUNCTIONS_ALONE },
    {
      name: 'a policy with all headers but the host',
      xml: complete({}, { OriginRequestPolicyId: 'except-host' }),
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'a policy with all headers but this',
      xml: complete({}, { OriginRequestPolicyId: 'except' }),
      findings: 'lack order-header',
    },
    {
      name: 'no policy, and none is needed',
      xml: complete({}, { OriginRequestPolicyId: undefined }),
      wish: { events: ['viewer-request'] },
      places: '/media/* viewer-request',
    },
    {
      name: 'origins that do not tell their region',
      xml: complete({ Origins: [bucketOrigin('us-east-1'), serverOrigin('eu-west-1')] }),
      findings: 'lack origin-header',
    },
    {
      name: 'origins that tell it by a header',
      xml: complete({
        Origins: [
          bucketOrigin('us-east-1'),
          serverOrigin('eu-west-1', {
            CustomHeaders: [{ HeaderName: 'X-Edgekeeper-Origin', HeaderValue: 'eu-west-1' }],
          }),
        ],
      }),
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'an origin with mutual TLS',
      xml: complete({
        Origins: [
          bucketOrigin('us-east-1'),
          serverOrigin('eu-west-1', {
            DomainName: 'a.s3.eu-west-1.amazonaws.com',
            CustomOriginConfig: {
              HTTPPort: 80,
              HTTPSPort: 443,
              OriginProtocolPolicy: 'https-only',
              OriginMtlsConfig: { ClientCertificateArn: 'arn' },
            },
          }),
        ],
      }),
      findings: 'refusal mtls-origin',
    },
    {
      name: 'a VPC origin, which a function may choose',
      xml: complete({
        Origins: [
          bucketOrigin('us-east-1'),
          {
            ...serverOrigin('eu-west-1', {
              CustomHeaders: [{ HeaderName: 'x-edgekeeper-origin', HeaderValue: 'eu-west-1' }],
            }),
            CustomOriginConfig: undefined,
            VpcOriginConfig: { VpcOriginId: 'vo_EXAMPLE' },
          },
        ],
      }),
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'ForwardedValues',
      xml: complete(
        {},
        {
          OriginRequestPolicyId: undefined,
          CachePolicyId: undefined,
          ForwardedValues: { QueryString: false, Cookies: { Forward: 'none' } },
        },
      ),
      findings: 'refusal forwarded-values',
    },
    {
      name: 'ForwardedValues, and one event',
      xml: complete(
        {},
        {
          OriginRequestPolicyId: undefined,
          CachePolicyId: undefined,
          ForwardedValues: { QueryString: false, Cookies: { Forward: 'none' } },
        },
      ),
      wish: { events: ['viewer-request'] },
      places: '/media/* viewer-request',
    },
    {
      name: 'a function that is not published',
      known: { functions: new Map([[VIEWER_REQUEST, { isPublished: false, hasStore: true }]]) },
      findings: 'refusal unpublished-function',
    },
    { name: 'a function that is not there', known: { functions: new Map() }, findings: 'refusal unpublished-function' },
    {
      name: 'a function without its store',
      known: { functions: new Map([[VIEWER_REQUEST, { isPublished: true, hasStore: false }]]) },
      findings: 'refusal key-value-store',
    },
    {
      name: 'a version that is no number',
      wish: { functions: [{ event: 'origin-response', arn: lambdaArn('x', '$LATEST') }] },
      findings: 'refusal function-version',
    },
    {
      name: 'a function of another region',
      wish: { functions: [{ event: 'origin-response', arn: lambdaArn('x').replace('us-east-1', 'eu-west-1') }] },
      findings: 'refusal function-region',
    },
    {
      name: 'a function of another account',
      known: { distributionArn: 'arn:aws:cloudfront::999999999999:distribution/E' },
      findings: 'refusal function-account, refusal function-account',
    },
    {
      name: 'a CloudFront Function at the origin',
      wish: { functions: [{ event: 'origin-response', arn: VIEWER_REQUEST }] },
      findings: 'refusal function-event',
    },
    {
      name: "somebody else's function",
      xml: complete({}, { functions: { 'viewer-request': THEIRS } }),
      findings: 'refusal foreign-function',
    },
    {
      name: "somebody else's function, with --replace",
      xml: complete({}, { functions: { 'viewer-request': THEIRS } }),
      wish: { replace: true },
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'an older version of ours',
      xml: complete({}, { lambdas: { 'origin-response': lambdaArn('films-dev-originResponse', '6') } }),
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'ours already',
      xml: complete(
        {},
        { functions: { 'viewer-request': VIEWER_REQUEST }, lambdas: { 'origin-response': ORIGIN_RESPONSE } },
      ),
      places: '',
    },
    {
      name: 'a Lambda@Edge function at the viewer response',
      xml: complete({}, { lambdas: { 'viewer-response': lambdaArn('theirs') } }),
      findings: 'refusal viewer-function-kinds',
    },
    {
      name: 'a CloudFront Function at the viewer response',
      xml: complete({}, { functions: { 'viewer-response': THEIRS } }),
      places: FUNCTIONS_ALONE,
    },
    { name: 'Smooth Streaming', xml: complete({}, { SmoothStreaming: true }), findings: 'refusal smooth-streaming' },
    {
      name: 'a group by media quality',
      xml: complete({
        OriginGroups: [originGroup('both', ['us-east-1', 'eu-west-1'], { SelectionCriteria: 'media-quality-based' })],
      }),
      findings: 'refusal media-quality',
    },
    {
      name: 'a group by media quality, and nothing at the origin',
      xml: complete({
        OriginGroups: [originGroup('both', ['us-east-1', 'eu-west-1'], { SelectionCriteria: 'media-quality-based' })],
      }),
      wish: { events: ['viewer-request'] },
      places: '/media/* viewer-request',
    },
    {
      name: 'an open door to the same origins',
      xml: complete({ DefaultCacheBehavior: behavior('default') }),
      findings: 'warning unguarded-behavior',
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'a door that CloudFront guards',
      xml: complete({
        DefaultCacheBehavior: behavior('default', { TrustedKeyGroups: { Enabled: true, Quantity: 1, Items: ['k'] } }),
      }),
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'a door to other origins',
      xml: complete({
        Origins: [bucketOrigin('us-east-1'), bucketOrigin('eu-west-1'), serverOrigin('api')],
        DefaultCacheBehavior: behavior('default', { TargetOriginId: 'api' }),
      }),
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'a distribution of a stack',
      known: { stack: 'films' },
      findings: 'warning stack-drift',
      places: FUNCTIONS_ALONE,
    },
    {
      name: 'a distribution of a stack, and nothing to do',
      xml: complete(
        {},
        { functions: { 'viewer-request': VIEWER_REQUEST }, lambdas: { 'origin-response': ORIGIN_RESPONSE } },
      ),
      known: { stack: 'films' },
      places: '',
    },
    {
      name: 'functions of somebody else, by hand',
      wish: { config: null, functions: [{ event: 'origin-response', arn: lambdaArn('x') }] },
      xml: configurationXml(),
      places: '/media/* origin-response',
    },
  ])('$name: $findings $places', (row) => {
    const plan = planOf(row);
    expect(findingsOf(plan)).toBe(row.findings ?? '');
    if (row.places !== undefined) expect(placesOf(plan)).toBe(row.places);
  });
});

test('what stays is said', () => {
  expect(planned(complete()).kept).toEqual([
    '2 behaviors, 2 origins, 1 origin groups',
    `default viewer-request ${THEIRS}`,
  ]);
});
