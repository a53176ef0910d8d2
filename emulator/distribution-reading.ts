/** The model of a distribution, from its configuration in CloudFormation's shape, wherever that came from. */
import { unexpected } from '../config/errors.ts';
import { behaviorOf } from './cache-behaviors.ts';
import { customErrorResponsesOf } from './custom-error-responses.ts';
import type { FunctionSummary } from './described-resources.ts';
import type { CacheBehavior, Distribution } from './distribution.ts';
import { cloudFrontFunctionOf, lambdaFunctionsOf } from './edge-functions.ts';
import { geoRestrictionOf } from './geo-restriction.ts';
import { publicKeysOf } from './key-groups.ts';
import { mapValues } from './map-values.ts';
import { originAccess } from './origin-access.ts';
import { originGroupsOf, originOf } from './origins.ts';
import type { Properties } from './properties.ts';
import { finderIn, type Resources } from './resources.ts';

/** A distribution as a file describes it. */
export interface DescribedDistribution {
  /** In the file, which may have several. */
  readonly logicalId: string;
  readonly id: string;
  readonly domainName: string;
  readonly config: Properties;
  readonly resources: Resources;
  /** By the name of the function. */
  readonly functionSummaries: ReadonlyMap<string, FunctionSummary>;
}

export interface DistributionReading {
  readonly distribution: Distribution;
  /** What is asked for and the emulator does not do, one line each. */
  readonly notices: readonly string[];
  /** What is told of CloudFront Functions beside their code, by name. */
  readonly functionSummaries: ReadonlyMap<string, FunctionSummary>;
}

/** AWS's own example ids: nothing here was issued by CloudFront. */
export const EXAMPLE_ID = 'EDFDVBD6EXAMPLE';
export const EXAMPLE_DOMAIN_NAME = 'd111111abcdef8.cloudfront.net';

/** What the properties of a distribution that change nothing here would change. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  AnycastIpListId: 'viewers are listened to on loopback',
  CacheTagConfig: 'invalidation knows paths alone',
  ConnectionFunctionAssociation: 'no function sees connections',
  ContinuousDeploymentPolicyId: 'no request goes to another distribution',
  IPV6Enabled: 'viewers are listened to on loopback',
  Logging: 'an access log is written where --access-log says',
  PriceClass: 'viewers get the nearest edge location, whatever it costs',
  Staging: 'it is served like any other',
  TenantConfig: 'there are no tenants, whose parameters stay as they are written',
  ViewerCertificate: 'with --https viewers see a certificate of this machine, without it none',
  ViewerMtlsConfig: 'no client certificate is asked for',
  WebACLId: 'no web ACL sees requests, what it would block is served',
};

/** @throws {EdgeError} ERR_TEMPLATE_INVALID for what cannot be served, or what CloudFront refuses. */
export function distributionOf(described: DescribedDistribution): DistributionReading {
  const { logicalId, id, domainName, config, resources, functionSummaries } = described;
  const access = originAccess(resources, logicalId);
  const used = new Set<Properties>();
  const find = finderIn(resources, used);
  const behaviors = [
    ...config.objects('CacheBehaviors').map((behavior) => behaviorOf(behavior, behavior.text('PathPattern'), find)),
    behaviorOf(config.object('DefaultCacheBehavior'), '*', find),
  ];
  const named = namedFunctions(behaviors, resources, used);
  const distribution: Distribution = {
    id,
    domainName,
    aliases: aliasesOf(config),
    hasHttp2: hasHttp2(config),
    defaultRootObject: config.optionalText('DefaultRootObject') ?? '',
    origins: byId(config.objects('Origins').map((origin) => access.of(originOf(origin), origin))),
    originGroups: byId(originGroupsOf(config)),
    behaviors,
    customErrorResponses: customErrorResponsesOf(config),
    geoRestriction: geoRestrictionOf(config),
    publicKeys: publicKeysOf(behaviors, find),
    cloudFrontFunctions: mapValues(named('AWS::CloudFront::Function'), cloudFrontFunctionOf),
    lambdaFunctions: lambdaFunctionsOf(named),
  };
  config.without(['Comment', 'CallerReference', 'Enabled'], '');
  for (const [property, effect] of Object.entries(WITHOUT_EFFECT)) config.without([property], effect);
  if (config.optionalText('ConnectionMode') === 'tenant-only') {
    config.without(['ConnectionMode'], 'it is served itself, as if it were no template of tenants');
  }
  checkReferences(distribution, config.where);
  const disabled = `${config.at('Enabled')}: CloudFront would not serve this distribution, here it is served`;
  const notices = [
    ...(config.flag('Enabled') ? [] : [disabled]),
    ...[config, ...used].flatMap((reader) => reader.notices()),
    ...access.notices(),
  ];
  return { distribution, notices, functionSummaries };
}

/** Names that only AWS or another stack has are of no use here. */
function aliasesOf(config: Properties): string[] {
  try {
    return (config.optionalTexts('Aliases') ?? []).map((name) => name.toLowerCase());
  } catch {
    config.without(['Aliases'], 'what they are is not known here');
    return [];
  }
}

/** HTTP/1.1 is CloudFormation's default. */
function hasHttp2(config: Properties): boolean {
  const version = config.optionalText('HttpVersion')?.toLowerCase() ?? 'http1.1';
  if (version.includes('3')) config.without(['HttpVersion'], 'nobody speaks HTTP/3');
  return version === 'http2' || version === 'http2and3';
}

const NAMES_OF_FUNCTIONS = [
  ['AWS::CloudFront::Function', 'Name'],
  ['AWS::Lambda::Function', 'FunctionName'],
] as const;

/** Of the functions that are described those that a behavior names, with what they are made of. */
function namedFunctions(behaviors: readonly CacheBehavior[], resources: Resources, used: Set<Properties>): Resources {
  const ids = new Set(
    behaviors.flatMap(({ viewerRequest, viewerResponse, originRequest, originResponse }) =>
      [viewerRequest, viewerResponse, originRequest, originResponse].flatMap((associated) => associated?.id ?? []),
    ),
  );
  // An ARN may be that of a function of this template.
  const names = [...ids].flatMap((id) => /:function[:/]([^:/]+)/.exec(id)?.[1] ?? []);
  for (const [type, name] of NAMES_OF_FUNCTIONS) {
    for (const [id, resource] of resources(type)) if (names.includes(resource.optionalText(name) ?? '')) ids.add(id);
  }
  for (const [id, version] of resources('AWS::Lambda::Version')) {
    const of = version.text('FunctionName').split('.', 1)[0] as string;
    if (ids.has(id)) ids.add(of);
    else if (ids.has(of)) ids.add(id);
  }
  return (type) => {
    const found = new Map([...resources(type)].filter(([id]) => ids.has(id)));
    for (const resource of found.values()) {
      used.add(resource);
      markWithoutEffect(resource, type);
    }
    return found;
  };
}

/** What of a function is read nowhere, since nothing here depends on it. */
function markWithoutEffect(resource: Properties, type: string): void {
  switch (type) {
    case 'AWS::CloudFront::Function': {
      const config = resource.object('FunctionConfig');
      resource.without(['AutoPublish', 'FunctionMetadata', 'Tags'], '');
      config.without(['Comment'], '');
      // The one store of this machine stands for whichever it is.
      for (const association of config.objects('KeyValueStoreAssociations')) {
        association.without(['KeyValueStoreARN'], '');
      }
      break;
    }
    case 'AWS::Lambda::Version':
      resource.without(['CodeSha256', 'Description'], '');
      break;
    case 'AWS::Lambda::Function':
      resource.without(['Code', 'Description', 'PackageType', 'Role', 'Tags'], '');
      // What is run in its place is checked where the code is looked for.
      resource.optionalObject('Code')?.without(['ImageUri', 'S3Bucket', 'S3Key', 'S3ObjectVersion'], '');
      resource.without(['Runtime', 'Architectures'], 'the Node.js of this machine runs it');
      break;
  }
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
    const { targetOriginId, pathPattern } = behavior;
    const target = distribution.origins.has(targetOriginId) || distribution.originGroups.has(targetOriginId);
    expectKnown(targetOriginId, target, `${pathPattern}.TargetOriginId`, 'the id of an origin or origin group');
  }
}

function byId<T extends { readonly id: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}
