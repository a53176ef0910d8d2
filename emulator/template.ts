/** The distribution that a compiled CloudFormation template describes. */
import { unexpected } from '../config/errors.ts';
import { checkFunctions, functionsOf } from './associations.ts';
import { customErrorResponsesOf } from './custom-error-responses.ts';
import type {
  CacheBehavior,
  CloudFrontFunction,
  Distribution,
  LambdaFunction,
  Origin,
  OriginGroup,
} from './distribution.ts';
import { isCreated, resolve, type Template } from './intrinsics.ts';
import { mapValues } from './map-values.ts';
import { type Policies, policiesOf, type Resources } from './policies.ts';
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

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html */
const FAILOVER_CODES = [400, 403, 404, 416, 429, 500, 502, 503, 504];

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
  const publicKeys = mapValues(resources('AWS::CloudFront::PublicKey'), (resource) =>
    resource.object('PublicKeyConfig').text('EncodedKey'),
  );
  const keyGroups = mapValues(
    resources('AWS::CloudFront::KeyGroup'),
    (resource) => resource.object('KeyGroupConfig').optionalTexts('Items') ?? [],
  );
  const origins = byId(config.objects('Origins').map(originOf));
  const originGroups = byId(originGroupsOf(config));
  const behaviors = [
    ...config
      .objects('CacheBehaviors')
      .map((behavior) => behaviorOf(behavior, behavior.text('PathPattern'), policies, keyGroups)),
    behaviorOf(config.object('DefaultCacheBehavior'), '*', policies, keyGroups),
  ];
  const distribution: Distribution = {
    id: DISTRIBUTION_ID,
    domainName: DISTRIBUTION_DOMAIN,
    defaultRootObject: config.optionalText('DefaultRootObject') ?? '',
    origins,
    originGroups,
    behaviors,
    customErrorResponses: customErrorResponsesOf(config),
    publicKeys: Object.fromEntries(publicKeys),
    cloudFrontFunctions: mapValues(resources('AWS::CloudFront::Function'), cloudFrontFunctionOf),
    lambdaFunctions: lambdaFunctionsOf(resources),
  };
  config.without(['Enabled', 'Comment', 'PriceClass', 'IPV6Enabled', 'HttpVersion', 'ViewerCertificate'], '');
  checkReferences(distribution, config.where);
  const notices = [config, ...policies.readers].flatMap((reader) => reader.notices());
  return { distribution, notices };
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
    'what stands in for the origin says whether HTTP or HTTPS is spoken, and at which port',
  );
  origin.without(['OriginAccessControlId'], 'requests to the local folder are not signed');
  const accessControl = origin.optionalText('OriginAccessControlId') ?? '';
  return {
    id: origin.text('Id'),
    type: s3 === null ? 'custom' : 's3',
    domainName: origin.text('DomainName'),
    hasAccessControl: accessControl !== '',
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
    const statusCodes = codes.numbers('Items');
    const refused = statusCodes.find((code) => !FAILOVER_CODES.includes(code));
    if (refused !== undefined) {
      throw unexpected('ERR_TEMPLATE_INVALID', `${codes.where}.Items`, `only ${FAILOVER_CODES.join(', ')}`, refused);
    }
    return { id: group.text('Id'), statusCodes, originIds: [primary, secondary] };
  });
}

type KeyGroups = ReadonlyMap<string, readonly string[]>;

function behaviorOf(
  behavior: Properties,
  pathPattern: string,
  policies: Policies,
  keyGroups: KeyGroups,
): CacheBehavior {
  return {
    pathPattern,
    targetOriginId: behavior.text('TargetOriginId'),
    viewerProtocolPolicy: behavior.oneOf('ViewerProtocolPolicy', ['allow-all', 'redirect-to-https', 'https-only']),
    allowedMethods: behavior.optionalTexts('AllowedMethods') ?? GET_AND_HEAD,
    cachedMethods: behavior.optionalTexts('CachedMethods') ?? GET_AND_HEAD,
    trustedKeys: trustedKeysOf(behavior, keyGroups),
    compress: behavior.flag('Compress'),
    cachePolicy: policyNamed(behavior, 'CachePolicyId', policies.cache, 'AWS::CloudFront::CachePolicy'),
    originRequestPolicy: optionalPolicy(behavior, 'OriginRequestPolicyId', policies.originRequest),
    responseHeadersPolicy: optionalPolicy(behavior, 'ResponseHeadersPolicyId', policies.responseHeaders),
    ...functionsOf(behavior),
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

function trustedKeysOf(behavior: Properties, keyGroups: KeyGroups): string[] | null {
  const groups = behavior.optionalTexts('TrustedKeyGroups') ?? [];
  const keys = groups.flatMap((id) => {
    const group = keyGroups.get(id);
    if (group === undefined) {
      throw unexpected(
        'ERR_TEMPLATE_INVALID',
        `${behavior.where}.TrustedKeyGroups`,
        'a key group of this template',
        id,
      );
    }
    return group;
  });
  return groups.length === 0 ? null : keys;
}

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const MAX_FUNCTION_BYTES = 10 * 1024;

function cloudFrontFunctionOf(resource: Properties): CloudFrontFunction {
  const config = resource.object('FunctionConfig');
  const code = resource.text('FunctionCode');
  const bytes = Buffer.byteLength(code);
  if (bytes > MAX_FUNCTION_BYTES) {
    throw unexpected(
      'ERR_TEMPLATE_INVALID',
      `${resource.where}.FunctionCode`,
      `at most ${MAX_FUNCTION_BYTES} bytes`,
      bytes,
    );
  }
  return {
    name: resource.text('Name'),
    runtime: config.oneOf('Runtime', ['cloudfront-js-1.0', 'cloudfront-js-2.0']),
    code,
    hasStore: config.objects('KeyValueStoreAssociations').length > 0,
  };
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
    const { targetOriginId, pathPattern, trustedKeys } = behavior;
    for (const id of trustedKeys ?? []) {
      expectKnown(id, Object.hasOwn(distribution.publicKeys, id), `${pathPattern}.TrustedKeyGroups`, 'a public key');
    }
    const target = distribution.origins.has(targetOriginId) || distribution.originGroups.has(targetOriginId);
    expectKnown(targetOriginId, target, `${pathPattern}.TargetOriginId`, 'the id of an origin or origin group');
    checkFunctions(distribution, behavior, `${where}.${pathPattern}`);
  }
}

function byId<T extends { readonly id: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}
