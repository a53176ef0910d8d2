/** The distribution that a compiled CloudFormation template describes. */
import { unexpected } from '../config/errors.ts';
import type {
  CacheBehavior,
  CachePolicy,
  CloudFrontFunction,
  Distribution,
  LambdaFunction,
  Origin,
  OriginGroup,
  RequestPolicy,
  ResponseHeadersPolicy,
  Selection,
} from './distribution.ts';
import { isCreated, resolve, type Template } from './intrinsics.ts';
import { type Properties, properties } from './properties.ts';

export interface TemplateReading {
  readonly distribution: Distribution;
  /** What the template asks for and the emulator does not do, one line each. */
  readonly notices: readonly string[];
}

/** AWS's own example ids: nothing here was issued by CloudFront. */
const DISTRIBUTION_ID = 'EDFDVBD6EXAMPLE';
const DISTRIBUTION_DOMAIN = 'd111111abcdef8.cloudfront.net';

const GET_AND_HEAD = ['GET', 'HEAD'];

/** @throws {EdgeError} ERR_TEMPLATE_INVALID when there is not exactly one distribution that can be served. */
export function readTemplate(input: unknown): TemplateReading {
  const template = asTemplate(input);
  const resources = (type: string): Map<string, Properties> => resourcesOf(template, type);

  const distributions = [...resources('AWS::CloudFront::Distribution').values()];
  const [resource] = distributions;
  if (resource === undefined || distributions.length > 1) {
    throw unexpected('ERR_TEMPLATE_INVALID', 'Resources', 'one AWS::CloudFront::Distribution', distributions.length);
  }
  const config = resource.object('DistributionConfig');
  const policies = policiesOf(resources);
  const origins = byId(config.objects('Origins').map(originOf));
  const originGroups = byId(originGroupsOf(config));
  const behaviors = [
    ...config.objects('CacheBehaviors').map((behavior) => behaviorOf(behavior, behavior.text('PathPattern'), policies)),
    behaviorOf(config.object('DefaultCacheBehavior'), '*', policies),
  ];
  const distribution: Distribution = {
    id: DISTRIBUTION_ID,
    domainName: DISTRIBUTION_DOMAIN,
    defaultRootObject: config.optionalText('DefaultRootObject') ?? '',
    origins,
    originGroups,
    behaviors,
    cloudFrontFunctions: mapValues(resources('AWS::CloudFront::Function'), cloudFrontFunctionOf),
    lambdaFunctions: lambdaFunctionsOf(resources),
  };
  config.without(['Enabled', 'Comment', 'PriceClass', 'IPV6Enabled', 'HttpVersion', 'ViewerCertificate'], '');
  checkReferences(distribution, config.where);
  const notices = [config, ...policies.readers].flatMap((reader) => reader.notices());
  return { distribution, notices };
}

type Resources = (type: string) => Map<string, Properties>;

interface Policies {
  readonly cache: ReadonlyMap<string, CachePolicy>;
  readonly originRequest: ReadonlyMap<string, RequestPolicy>;
  readonly responseHeaders: ReadonlyMap<string, ResponseHeadersPolicy>;
  readonly readers: readonly Properties[];
}

function asTemplate(input: unknown): Template {
  const resources = typeof input === 'object' && input !== null && 'Resources' in input ? input.Resources : undefined;
  if (typeof resources !== 'object' || resources === null) {
    throw unexpected('ERR_TEMPLATE_INVALID', 'template', 'a CloudFormation template with Resources', resources);
  }
  return input as Template;
}

function resourcesOf(template: Template, type: string): Map<string, Properties> {
  const found = new Map<string, Properties>();
  for (const [id, resource] of Object.entries(template.Resources)) {
    if (resource.Type !== type || !isCreated(template, resource)) continue;
    found.set(id, properties(resolve(template, resource.Properties ?? {}, id), id));
  }
  return found;
}

function policiesOf(resources: Resources): Policies {
  const readers: Properties[] = [];
  const read = <T>(type: string, key: string, policyOf: (config: Properties) => T): Map<string, T> =>
    mapValues(resources(type), (resource) => {
      const config = resource.object(key);
      readers.push(config);
      return policyOf(config);
    });
  return {
    cache: read('AWS::CloudFront::CachePolicy', 'CachePolicyConfig', cachePolicyOf),
    originRequest: read('AWS::CloudFront::OriginRequestPolicy', 'OriginRequestPolicyConfig', requestPolicyOf),
    responseHeaders: read(
      'AWS::CloudFront::ResponseHeadersPolicy',
      'ResponseHeadersPolicyConfig',
      responseHeadersPolicyOf,
    ),
    readers,
  };
}

function originOf(origin: Properties): Origin {
  const s3 = origin.optionalObject('S3OriginConfig');
  const custom = origin.optionalObject('CustomOriginConfig');
  if ((s3 === null) === (custom === null)) {
    throw unexpected(
      'ERR_TEMPLATE_INVALID',
      origin.where,
      'one of S3OriginConfig and CustomOriginConfig',
      s3 === null ? 'neither' : 'both',
    );
  }
  s3?.without(['OriginAccessIdentity'], '');
  custom?.without(
    ['HTTPPort', 'HTTPSPort', 'OriginProtocolPolicy', 'OriginSSLProtocols', 'OriginKeepaliveTimeout'],
    'the emulator speaks plain HTTP to the address that stands in for the origin',
  );
  origin.without(['OriginAccessControlId'], 'requests to the local folder are not signed');
  return {
    id: origin.text('Id'),
    type: s3 === null ? 'custom' : 's3',
    domainName: origin.text('DomainName'),
    path: origin.optionalText('OriginPath') ?? '',
    customHeaders: origin
      .objects('OriginCustomHeaders')
      .map((header) => [header.text('HeaderName').toLowerCase(), header.text('HeaderValue')] as const),
    connectionAttempts: origin.number('ConnectionAttempts', 3),
    connectionTimeoutSeconds: origin.number('ConnectionTimeout', 10),
    readTimeoutSeconds: (s3 ?? custom)?.number('OriginReadTimeout', 30) ?? 30,
  };
}

function originGroupsOf(config: Properties): OriginGroup[] {
  const groups = config.optionalObject('OriginGroups');
  groups?.without(['Quantity'], '');
  return (groups?.objects('Items') ?? []).map((group) => {
    const codes = group.object('FailoverCriteria').object('StatusCodes');
    const members = group.object('Members');
    codes.without(['Quantity'], '');
    members.without(['Quantity'], '');
    const [primary, secondary, ...more] = members.objects('Items').map((member) => member.text('OriginId'));
    if (primary === undefined || secondary === undefined || more.length > 0) {
      throw unexpected(
        'ERR_TEMPLATE_INVALID',
        `${members.where}.Items`,
        'two members',
        members.objects('Items').length,
      );
    }
    return { id: group.text('Id'), statusCodes: codes.numbers('Items'), originIds: [primary, secondary] };
  });
}

function behaviorOf(behavior: Properties, pathPattern: string, policies: Policies): CacheBehavior {
  behavior.without(['Compress'], 'answers are not compressed');
  return {
    pathPattern,
    targetOriginId: behavior.text('TargetOriginId'),
    viewerProtocolPolicy: behavior.oneOf('ViewerProtocolPolicy', ['allow-all', 'redirect-to-https', 'https-only']),
    allowedMethods: behavior.optionalTexts('AllowedMethods') ?? GET_AND_HEAD,
    cachedMethods: behavior.optionalTexts('CachedMethods') ?? GET_AND_HEAD,
    cachePolicy: policyNamed(behavior, 'CachePolicyId', policies.cache, 'AWS::CloudFront::CachePolicy'),
    originRequestPolicy: optionalPolicy(behavior, 'OriginRequestPolicyId', policies.originRequest),
    responseHeadersPolicy: optionalPolicy(behavior, 'ResponseHeadersPolicyId', policies.responseHeaders),
    viewerRequest: associated(behavior, 'FunctionAssociations', 'FunctionARN', 'viewer-request'),
    originResponse: associated(behavior, 'LambdaFunctionAssociations', 'LambdaFunctionARN', 'origin-response'),
  };
}

function policyNamed<T>(behavior: Properties, key: string, known: ReadonlyMap<string, T>, type: string): T {
  const id = behavior.text(key);
  const policy = known.get(id);
  if (policy === undefined)
    throw unexpected('ERR_TEMPLATE_INVALID', `${behavior.where}.${key}`, `an ${type} of this template`, id);
  return policy;
}

function optionalPolicy<T>(behavior: Properties, key: string, known: ReadonlyMap<string, T>): T | null {
  return behavior.optionalText(key) === null ? null : policyNamed(behavior, key, known, 'policy resource');
}

/** The logical id of the function at `event`: the part before the attribute of a `GetAtt`. */
function associated(behavior: Properties, list: string, key: string, event: string): string | null {
  let found: string | null = null;
  for (const association of behavior.objects(list)) {
    const type = association.text('EventType');
    if (type !== event)
      throw unexpected(
        'ERR_TEMPLATE_INVALID',
        `${association.where}.EventType`,
        `${event}, the event emulated here`,
        type,
      );
    found = association.text(key).split('.')[0] ?? null;
  }
  return found;
}

function cachePolicyOf(config: Properties): CachePolicy {
  config.without(['Name', 'Comment'], '');
  const key = config.object('ParametersInCacheKeyAndForwardedToOrigin');
  return {
    minTtl: config.number('MinTTL', 0),
    defaultTtl: config.number('DefaultTTL', 86_400),
    maxTtl: config.number('MaxTTL', 31_536_000),
    gzip: key.flag('EnableAcceptEncodingGzip'),
    brotli: key.flag('EnableAcceptEncodingBrotli'),
    ...requestPolicyOf(key),
  };
}

function requestPolicyOf(config: Properties): RequestPolicy {
  config.without(['Name', 'Comment'], '');
  return {
    headers: selectionOf(config.object('HeadersConfig'), 'HeaderBehavior', 'Headers', (name) => name.toLowerCase()),
    cookies: selectionOf(config.object('CookiesConfig'), 'CookieBehavior', 'Cookies', (name) => name),
    queryStrings: selectionOf(
      config.object('QueryStringsConfig'),
      'QueryStringBehavior',
      'QueryStrings',
      (name) => name,
    ),
  };
}

function selectionOf(config: Properties, behavior: string, list: string, name: (text: string) => string): Selection {
  return {
    behavior: config.oneOf(behavior, ['none', 'whitelist', 'allExcept', 'all']),
    names: (config.optionalTexts(list) ?? []).map(name),
  };
}

function responseHeadersPolicyOf(config: Properties): ResponseHeadersPolicy {
  config.without(['Name', 'Comment'], '');
  const custom = config.optionalObject('CustomHeadersConfig')?.objects('Items') ?? [];
  const removed = config.optionalObject('RemoveHeadersConfig')?.objects('Items') ?? [];
  const security = config.optionalObject('SecurityHeadersConfig');
  return {
    set: [
      ...securityHeadersOf(security),
      ...custom.map((item) => ({
        name: item.text('Header').toLowerCase(),
        value: item.text('Value'),
        override: item.flag('Override'),
      })),
    ],
    remove: removed.map((item) => item.text('Header').toLowerCase()),
  };
}

function securityHeadersOf(security: Properties | null): ResponseHeadersPolicy['set'] {
  const headers: ResponseHeadersPolicy['set'][number][] = [];
  const add = (section: string, name: string, value: (config: Properties) => string): void => {
    const config = security?.optionalObject(section) ?? null;
    if (config !== null) headers.push({ name, value: value(config), override: config.flag('Override') });
  };
  add('ContentSecurityPolicy', 'content-security-policy', (config) => config.text('ContentSecurityPolicy'));
  add('ContentTypeOptions', 'x-content-type-options', () => 'nosniff');
  add('FrameOptions', 'x-frame-options', (config) => config.text('FrameOption'));
  add('ReferrerPolicy', 'referrer-policy', (config) => config.text('ReferrerPolicy'));
  add('StrictTransportSecurity', 'strict-transport-security', strictTransportSecurity);
  return headers;
}

function strictTransportSecurity(config: Properties): string {
  const subdomains = config.flag('IncludeSubdomains') ? '; includeSubDomains' : '';
  const preload = config.flag('Preload') ? '; preload' : '';
  return `max-age=${config.number('AccessControlMaxAgeSec', 0)}${subdomains}${preload}`;
}

function cloudFrontFunctionOf(resource: Properties): CloudFrontFunction {
  const runtime = resource.object('FunctionConfig').text('Runtime');
  if (runtime !== 'cloudfront-js-2.0') {
    throw unexpected('ERR_TEMPLATE_INVALID', `${resource.where}.FunctionConfig.Runtime`, 'cloudfront-js-2.0', runtime);
  }
  return { name: resource.text('Name'), code: resource.text('FunctionCode') };
}

function lambdaFunctionsOf(resources: Resources): Map<string, LambdaFunction> {
  const functions = resources('AWS::Lambda::Function');
  return mapValues(resources('AWS::Lambda::Version'), (version) => {
    const id = version.text('FunctionName');
    const resource = functions.get(id);
    if (resource === undefined)
      throw unexpected('ERR_TEMPLATE_INVALID', `${version.where}.FunctionName`, 'an AWS::Lambda::Function', id);
    return {
      name: resource.optionalText('FunctionName') ?? id,
      handler: resource.text('Handler'),
      memoryMegabytes: resource.number('MemorySize', 128),
      timeoutSeconds: resource.number('Timeout', 3),
    };
  });
}

/** CloudFront refuses a distribution that names what does not exist; so does the emulator, at start. */
function checkReferences(distribution: Distribution, where: string): void {
  const expectKnown = (id: string, known: boolean, at: string, what: string): void => {
    if (!known) throw unexpected('ERR_TEMPLATE_INVALID', `${where}.${at}`, what, id);
  };
  for (const group of distribution.originGroups.values()) {
    for (const id of group.originIds) {
      expectKnown(id, distribution.origins.has(id), `OriginGroups.${group.id}.Members`, 'the id of an origin');
    }
  }
  for (const behavior of distribution.behaviors) {
    const { targetOriginId, viewerRequest, originResponse, pathPattern } = behavior;
    const target = distribution.origins.has(targetOriginId) || distribution.originGroups.has(targetOriginId);
    expectKnown(targetOriginId, target, `${pathPattern}.TargetOriginId`, 'the id of an origin or origin group');
    if (viewerRequest !== null) {
      const known = distribution.cloudFrontFunctions.has(viewerRequest);
      expectKnown(viewerRequest, known, `${pathPattern}.FunctionAssociations`, 'a CloudFront Function');
    }
    if (originResponse !== null) {
      const known = distribution.lambdaFunctions.has(originResponse);
      expectKnown(originResponse, known, `${pathPattern}.LambdaFunctionAssociations`, 'a numbered Lambda version');
    }
  }
}

function byId<T extends { readonly id: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

function mapValues<A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Map<string, B> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
