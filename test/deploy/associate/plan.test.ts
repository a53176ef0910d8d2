/** What a plan changes, and what it refuses before CloudFront is asked. */
import { describe, expect, test } from 'vitest';
import { difference } from '../../../deploy/associate/outline.ts';
import { placeText } from '../../../deploy/associate/place.ts';
import { planAssociation } from '../../../deploy/associate/plan.ts';
import type { Facts, Wanted } from '../../../deploy/associate/wanted.ts';
import { documentText, elementIn } from '../../../deploy/aws/config-xml.ts';
import { facts, MEMBER_REQUEST, ORIGIN_RESPONSE, VIEWER_REQUEST, wanted } from '../../support/associate/wanted.ts';
import {
  behavior,
  bucketOrigin,
  configurationXml,
  functionArn,
  lambdaArn,
  originGroup,
  serverOrigin,
} from '../../support/aws/cloudfront/configuration.ts';
import { headersPolicy } from '../../support/aws/cloudfront/policy-xml.ts';

const BOTH = originGroup('both', ['us-east-1', 'eu-west-1']);
const THEIRS = functionArn('theirs');
const PARTED = '/media/* viewer-request, /media/* origin-response';

/** A distribution that lacks nothing; the second argument is the behavior /media/*. */
const complete = (init: object = {}, media: object = {}) =>
  configurationXml({
    OriginGroups: [BOTH],
    CacheBehaviors: [behavior('/media/*', { TargetOriginId: 'both', OriginRequestPolicyId: 'ordered', ...media })],
    DefaultCacheBehavior: behavior('default', { functions: { 'viewer-request': THEIRS } }),
    ...init,
  });

const POLICIES = new Map([
  ['ordered', headersPolicy('whitelist', ['x-edgekeeper-order'])],
  ['all', headersPolicy('allViewer')],
  ['origin', headersPolicy('whitelist', ['Origin'])],
  [
    'full',
    headersPolicy(
      'whitelist',
      Array.from({ length: 10 }, (_, i) => `x-${i}`),
    ),
  ],
  ['except', headersPolicy('allExcept', ['x-edgekeeper-order'])],
  ['except-host', headersPolicy('allExcept', ['host'])],
]);

function planned(xml: string, wish: Partial<Wanted> = {}, known: Partial<Facts> = {}) {
  return planAssociation(elementIn(xml, 'DistributionConfig'), wanted(wish), facts({ policies: POLICIES, ...known }));
}

const section = (path: string, runtime: string) => ({ path, runtime }) as never;

interface Case {
  readonly name: string;
  readonly xml?: string;
  readonly wish?: Partial<Wanted>;
  readonly known?: Partial<Facts>;
  readonly findings?: string;
  readonly places?: string;
}

const OFF = { withOrigins: false };
const config = wanted().config as NonNullable<Wanted['config']>;

describe('without --with-origins', () => {
  test.each<Case>([
    { name: 'a distribution that lacks nothing', places: PARTED },
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
      places: PARTED,
    },
    {
      name: 'a policy without the header',
      xml: complete({}, { OriginRequestPolicyId: 'origin' }),
      findings: 'lack order-header',
    },
    { name: 'a policy with all headers', xml: complete({}, { OriginRequestPolicyId: 'all' }), places: PARTED },
    {
      name: 'a policy with all headers but the host',
      xml: complete({}, { OriginRequestPolicyId: 'except-host' }),
      places: PARTED,
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
      places: PARTED,
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
      places: PARTED,
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
      places: PARTED,
    },
    {
      name: 'an older version of ours',
      xml: complete({}, { lambdas: { 'origin-response': lambdaArn('films-dev-originResponse', '6') } }),
      places: PARTED,
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
      places: PARTED,
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
      name: 'a section of Lambda@Edge',
      wish: { config: { ...config, protected: [section('/media/*', 'lambda-edge')] } },
      places: PARTED,
    },
    {
      name: 'a section of Lambda@Edge within the behavior',
      wish: { config: { ...config, protected: [section('/media/members/*', 'lambda-edge')] } },
      findings: 'refusal section-runtime',
    },
    {
      name: 'a section of Lambda@Edge within the default behavior',
      wish: {
        behaviors: ['default'],
        replace: true,
        config: { ...config, protected: [section('/m/*', 'lambda-edge')] },
      },
      findings: 'warning origin-group, lack order-header, refusal section-runtime, warning unguarded-behavior',
    },
    {
      name: 'a section of CloudFront Functions within the default behavior',
      wish: {
        behaviors: ['default'],
        replace: true,
        config: { ...config, protected: [section('/m/*', 'cloudfront-function')] },
      },
      findings: 'warning origin-group, lack order-header, warning unguarded-behavior',
    },
    {
      name: 'a section of Lambda@Edge within the behavior, with a behavior of its own',
      xml: complete({
        CacheBehaviors: [
          behavior('media/members/*', { lambdas: { 'viewer-request': MEMBER_REQUEST } }),
          behavior('/media/*', { TargetOriginId: 'both', OriginRequestPolicyId: 'ordered' }),
        ],
      }),
      wish: { config: { ...config, protected: [section('/media/members/*', 'lambda-edge')] } },
      places: PARTED,
    },
    {
      name: 'a section of Lambda@Edge within the behavior, and only the origin response',
      wish: {
        config: { ...config, protected: [section('/media/members/*', 'lambda-edge')] },
        events: ['origin-response'],
      },
      places: '/media/* origin-response',
    },
    {
      name: 'a section of CloudFront Functions within one of Lambda@Edge',
      wish: {
        config: {
          ...config,
          protected: [section('/media/private/*', 'cloudfront-function'), section('/media/*', 'lambda-edge')],
        },
      },
      findings: 'refusal section-runtime',
    },
    {
      name: 'a section of Lambda@Edge elsewhere',
      wish: { config: { ...config, protected: [section('/members/*', 'lambda-edge')] } },
      places: PARTED,
    },
    {
      name: 'an open door to the same origins',
      xml: complete({ DefaultCacheBehavior: behavior('default') }),
      findings: 'warning unguarded-behavior',
      places: PARTED,
    },
    {
      name: 'a door that CloudFront guards',
      xml: complete({
        DefaultCacheBehavior: behavior('default', { TrustedKeyGroups: { Enabled: true, Quantity: 1, Items: ['k'] } }),
      }),
      places: PARTED,
    },
    {
      name: 'a door to other origins',
      xml: complete({
        Origins: [bucketOrigin('us-east-1'), bucketOrigin('eu-west-1'), serverOrigin('api')],
        DefaultCacheBehavior: behavior('default', { TargetOriginId: 'api' }),
      }),
      places: PARTED,
    },
    { name: 'a distribution of a stack', known: { stack: 'films' }, findings: 'warning stack-drift', places: PARTED },
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
  ])('$name: $findings $places', ({ xml = complete(), wish, known, findings = '', places }) => {
    const plan = planned(xml, { ...OFF, ...wish }, known);
    expect(plan.findings.map(({ severity, code }) => `${severity} ${code}`).join(', ')).toBe(findings);
    if (places !== undefined) expect(plan.changes.map(({ place }) => placeText(place)).join(', ')).toBe(places);
  });

  test.each([
    ['/media/*', '/media/*', MEMBER_REQUEST],
    ['/media/*', 'media/*', MEMBER_REQUEST],
    ['/media/*', 'medial/*', VIEWER_REQUEST],
    ['/*', 'default', MEMBER_REQUEST],
    ['/default*', 'default', VIEWER_REQUEST],
    ['/*', '*.mp4', MEMBER_REQUEST],
    ['/*', '*/a.mp4', MEMBER_REQUEST],
    ['/media/*', '*/a.mp4', VIEWER_REQUEST],
  ])('a section %s of Lambda@Edge: the function of the behavior %s', (path, name, arn) => {
    const { changes } = planned(configurationXml({ CacheBehaviors: [behavior(name)] }), {
      config: { ...config, protected: [section(path, 'lambda-edge')] },
      behaviors: [name],
      events: ['viewer-request'],
    });
    expect(changes.at(-1)?.to).toContain(arn);
  });
});

describe('what would be open', () => {
  const signed = { ...config, signed: { path: '/signed/*', publicKeys: [] } };
  const door = (name: string, Enabled: boolean) => behavior(name, { TrustedKeyGroups: { Enabled, Quantity: 0 } });
  const doors = (...others: object[]) => ({
    CacheBehaviors: [
      ...others,
      behavior('/media/*', { TargetOriginId: 'both', OriginRequestPolicyId: 'ordered' }),
    ] as object[],
  });
  const member = { ...config, protected: [section('/private/*', 'cloudfront-function')] };
  const all = { ...config, protected: [section('/*', 'cloudfront-function')] };
  const REFUSED = { signed: 'refusal signed-behavior', root: 'refusal root-object' };
  const atOrigin: Partial<Wanted> = { events: ['origin-response'] };

  test.each<Case>([
    { name: 'signed paths without a behavior', wish: { config: signed }, findings: REFUSED.signed },
    { name: 'signed paths, and no function that routes', wish: { config: signed, ...atOrigin } },
    { name: 'signed paths with one', xml: complete(doors(door('/signed/*', true))), wish: { config: signed } },
    { name: 'the same without the slash', xml: complete(doors(door('signed/*', true))), wish: { config: signed } },
    {
      name: 'a key group that is not enabled',
      xml: complete(doors(door('/signed/*', false))),
      wish: { config: signed },
      findings: REFUSED.signed,
    },
    {
      name: 'a key group for a part of the paths',
      xml: complete(doors(door('/signed/a/*', true))),
      wish: { config: signed },
      findings: REFUSED.signed,
    },
    {
      name: 'a key group behind an open behavior',
      xml: complete(doors(behavior('/s*', { TargetOriginId: 'x' }), door('/signed/*', true))),
      wish: { config: signed },
      findings: REFUSED.signed,
    },
    {
      name: 'a protected root object',
      xml: complete({ DefaultRootObject: 'private/index.html' }),
      wish: { config: member },
      findings: REFUSED.root,
    },
    {
      name: 'a protected root object, and no function that checks',
      xml: complete({ DefaultRootObject: 'private/index.html' }),
      wish: { config: member, ...atOrigin },
    },
    { name: 'a public root object', wish: { config: member } },
    { name: 'no root object', xml: complete({ DefaultRootObject: '' }), wish: { config: member } },
    {
      name: 'a root object that is protected at "/", too',
      xml: complete({ DefaultRootObject: 'private/index.html' }),
      wish: { config: all },
    },
  ])('$name: $findings', ({ xml = complete(), wish, findings = '' }) => {
    const plan = planned(xml, { ...OFF, ...wish });
    const codes = plan.findings.filter(({ severity }) => severity !== 'warning');
    expect(codes.map(({ severity, code }) => `${severity} ${code}`).join(', ')).toBe(findings);
  });
});

describe('with --with-origins', () => {
  test.each<Case>([
    {
      name: 'all that is missing',
      xml: configurationXml({ Origins: [bucketOrigin('us-east-1')] }),
      findings: 'warning bucket-policy, warning unguarded-behavior',
      places: `origin eu-west-1, origin-group edgekeeper-regions-us-east-1, /media/* target-origin, /media/* origin-request-policy, ${PARTED}`,
    },
    { name: 'nothing is missing', places: PARTED },
    {
      name: 'a group that is there',
      xml: complete({}, { TargetOriginId: 'us-east-1' }),
      places: `/media/* target-origin, ${PARTED}`,
    },
    {
      name: 'writes',
      xml: complete(
        {},
        {
          TargetOriginId: 'us-east-1',
          AllowedMethods: { Quantity: 7, Items: ['HEAD', 'DELETE', 'POST', 'GET', 'OPTIONS', 'PUT', 'PATCH'] },
        },
      ),
      findings: 'refusal origin-group-methods',
    },
    {
      name: 'another origin',
      xml: complete(
        { Origins: [bucketOrigin('us-east-1'), bucketOrigin('eu-west-1'), serverOrigin('api')] },
        { TargetOriginId: 'api' },
      ),
      findings: 'warning origin-group',
      places: PARTED,
    },
    {
      name: 'no access control to share',
      xml: configurationXml({ Origins: [serverOrigin('us-east-1')] }),
      findings: 'refusal origin-access-control, warning unguarded-behavior',
    },
    {
      name: 'a header',
      xml: complete({ Origins: [bucketOrigin('us-east-1'), serverOrigin('eu-west-1')] }),
      places: `origin eu-west-1 x-edgekeeper-origin, ${PARTED}`,
    },
    { name: 'a full policy', xml: complete({}, { OriginRequestPolicyId: 'full' }), findings: 'refusal order-policy' },
    {
      name: 'a policy that excludes it',
      xml: complete({}, { OriginRequestPolicyId: 'except' }),
      findings: 'refusal order-policy',
    },
    {
      name: 'an origin too many',
      xml: complete({
        Origins: [bucketOrigin('us-east-1'), ...Array.from({ length: 99 }, (_, i) => bucketOrigin(`o${i}`))],
        OriginGroups: [originGroup('both', ['us-east-1', 'o1'])],
      }),
      findings: 'warning bucket-policy, refusal quota',
    },
  ])('$name: $findings $places', ({ xml = complete(), findings = '', places }) => {
    const plan = planned(xml, { withOrigins: true });
    expect(plan.findings.map(({ severity, code }) => `${severity} ${code}`).join(', ')).toBe(findings);
    if (places !== undefined) expect(plan.changes.map(({ place }) => placeText(place)).join(', ')).toBe(places);
  });

  test('a policy is copied with all that it forwards, and named by its content', () => {
    const { policies, changes } = planned(complete({}, { OriginRequestPolicyId: 'origin' }));
    const [policy] = policies;
    expect(policy?.xml).toContain(
      '<Headers><Quantity>2</Quantity><Items><Name>Origin</Name><Name>x-edgekeeper-order</Name>',
    );
    expect(policy?.xml).toContain('<Comment>Copy of origin, with the order of the regions</Comment>');
    expect(changes[0]).toMatchObject({ from: 'origin', to: `(new policy ${policy?.name})` });
    expect(planned(complete({}, { OriginRequestPolicyId: 'origin' })).policies).toEqual(policies);
  });

  test('an origin names the bucket of the account', () => {
    const { changes } = planned(configurationXml({ Origins: [bucketOrigin('us-east-1')] }));
    expect(changes[0]?.to).toContain(
      '<DomainName>films-dev-eu-west-1-111122223333.s3.eu-west-1.amazonaws.com</DomainName>',
    );
    expect(changes[0]?.to).toContain('<OriginAccessControlId>E4EXAMPLE</OriginAccessControlId>');
  });
});

describe('what is shown', () => {
  const secret = serverOrigin('eu-west-1', { CustomHeaders: [{ HeaderName: 'x-proof', HeaderValue: 'letmein' }] });
  const xml = complete({ Origins: [bucketOrigin('us-east-1'), secret] });

  test('is the difference, without what origins are sent in custom headers', () => {
    const { live, planned: after } = planned(xml);
    const text = difference(live, after, 'E1EXAMPLE');
    expect(text).toContain(`+      FunctionAssociation viewer-request\n+        FunctionARN ${VIEWER_REQUEST}\n`);
    expect(text).toMatch(/^@@ .* @@ CacheBehaviors > CacheBehavior \/media\/\*$/m);
    expect(text).not.toContain('letmein');
    expect(text.split('\n').filter((line) => /^-(?!--)/.test(line))).toEqual([]);
  });

  test('is without it also beside a line that changes', () => {
    const { live, planned: after } = planned(xml, { withOrigins: true });
    expect(difference(live, after, 'E1EXAMPLE')).toContain('HeaderValue (not shown)');
  });

  test('says of a hidden value that it is another one, and not which', () => {
    const server = (HeaderValue: string, HeaderName = 'x-proof') =>
      serverOrigin('eu-west-1', { CustomHeaders: [{ HeaderName, HeaderValue }] });
    const config = (...Origins: object[]) => elementIn(configurationXml({ Origins }), 'DistributionConfig');
    const before = config(server('letmein'));
    const text = difference(before, config(server('rotated')), 'E1EXAMPLE');
    expect(text).toMatch(/^-\s+HeaderValue \(not shown\)\n\+\s+HeaderValue \(not shown, changed\)$/m);
    expect(text).not.toMatch(/letmein|rotated/);
    expect(difference(before, config(server('letmein')), 'E1EXAMPLE')).toBe('');
    expect(difference(before, config(server('letmein', 'x-other')), 'E1EXAMPLE')).not.toContain('changed');
  });

  test('is nothing where nothing changes', () => {
    const { live } = planned(xml);
    expect(difference(live, live, 'E1EXAMPLE')).toBe('');
  });

  test('says what stays', () => {
    expect(planned(complete()).kept).toEqual([
      '2 behaviors, 2 origins, 1 origin groups',
      `default viewer-request ${THEIRS}`,
    ]);
  });
});

test('text survives: references, line ends, whitespace', () => {
  const comment = ' a & <b> "c"\r\n\td ';
  const xml = configurationXml({ Comment: comment });
  const again = elementIn(documentText(elementIn(xml, 'DistributionConfig')), 'DistributionConfig');
  expect(again.getElementsByTagName('Comment')[0]?.textContent).toBe(comment);
});
