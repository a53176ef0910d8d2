/** The distribution that a compiled CloudFormation template describes. */
import { unexpected } from '../config/errors.ts';
import { checkFunctions } from './associations.ts';
import { behaviorOf } from './cache-behaviors.ts';
import { customErrorResponsesOf } from './custom-error-responses.ts';
import type { Distribution } from './distribution.ts';
import { cloudFrontFunctionOf, lambdaFunctionsOf } from './edge-functions.ts';
import { isCreated, resolve, type Template } from './intrinsics.ts';
import { mapValues } from './map-values.ts';
import { originAccess } from './origin-access.ts';
import { originGroupsOf, originOf } from './origins.ts';
import { policiesOf } from './policies.ts';
import { type Properties, properties } from './properties.ts';

export interface TemplateReading {
  readonly distribution: Distribution;
  /** What the template asks for and the emulator does not do, one line each. */
  readonly notices: readonly string[];
}

/** AWS's own example ids: nothing here was issued by CloudFront. */
const DISTRIBUTION_ID = 'EDFDVBD6EXAMPLE';
const DISTRIBUTION_DOMAIN = 'd111111abcdef8.cloudfront.net';

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
  const access = originAccess(resources, resource.where);
  const origins = byId(config.objects('Origins').map((origin) => access.of(originOf(origin), origin)));
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
  return { distribution, notices: [...notices, ...access.notices()] };
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
