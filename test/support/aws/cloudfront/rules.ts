/** What CloudFront refuses of a configuration that is well formed, by its error codes. */
import type { Element } from '@xmldom/xmldom';
import { childOf, itemsOf, textAt } from './xml.ts';

/** What else there is in the account. */
export interface Surroundings {
  /** ARN of each function, to whether it is published. */
  readonly functions: ReadonlyMap<string, { readonly isPublished: boolean }>;
  readonly originRequestPolicies: ReadonlyMap<string, unknown>;
  readonly continuousDeploymentPolicies: ReadonlyMap<string, unknown>;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const VIEWER = ['viewer-request', 'viewer-response'];
const EVENTS = [...VIEWER, 'origin-request', 'origin-response'];
const WRITES = ['PUT', 'POST', 'PATCH', 'DELETE'];
const FAILOVER_CODES = ['400', '403', '404', '416', '429', '500', '502', '503', '504'];

const refusal = (code: string, message: string, status: 400 | 404 = 400): Refusal => ({
  status,
  code,
  message,
});

/** The first reason against a configuration. */
export function refusalOf(config: Element, before: Element, around: Surroundings): Refusal | undefined {
  const behaviors = behaviorsOf(config);
  if (textAt(config, 'CallerReference') !== textAt(before, 'CallerReference')) {
    return refusal('IllegalUpdate', 'The caller reference is not what it was.');
  }
  if (textAt(config, 'Staging') !== textAt(before, 'Staging')) {
    return refusal('IllegalUpdate', 'Staging is not what it was.');
  }
  return (
    quotaRefusal(config) ??
    originRefusal(config) ??
    continuousRefusal(config, around) ??
    behaviors.map((behavior) => behaviorRefusal(behavior, config, around)).find((found) => found !== undefined)
  );
}

function behaviorsOf(config: Element): Element[] {
  const first = childOf(config, 'DefaultCacheBehavior');
  return [...(first === undefined ? [] : [first]), ...itemsOf(config, 'CacheBehaviors')];
}

function quotaRefusal(config: Element): Refusal | undefined {
  if (itemsOf(config, 'CacheBehaviors').length > 75) return refusal('TooManyCacheBehaviors', 'More than 75.');
  if (itemsOf(config, 'Origins').length > 100) return refusal('TooManyOrigins', 'More than 100.');
  if (itemsOf(config, 'OriginGroups').length > 10)
    return refusal('TooManyOriginGroupsPerDistribution', 'More than 10.');
  const patterns = itemsOf(config, 'CacheBehaviors').map((behavior) => textAt(behavior, 'PathPattern'));
  if (new Set(patterns).size < patterns.length) return refusal('InvalidArgument', 'A path pattern is there twice.');
  return undefined;
}

function originRefusal(config: Element): Refusal | undefined {
  const ids = itemsOf(config, 'Origins').map((origin) => textAt(origin, 'Id'));
  const groups = itemsOf(config, 'OriginGroups');
  const all = [...ids, ...groups.map((group) => textAt(group, 'Id'))];
  if (new Set(all).size < all.length) return refusal('InvalidOrigin', 'An id of an origin is there twice.');
  for (const group of groups) {
    const members = itemsOf(group, 'Members').map((member) => textAt(member, 'OriginId'));
    if (members.length !== 2 || members[0] === members[1])
      return refusal('InvalidArgument', 'A group has two members.');
    if (members.some((id) => !ids.includes(id))) return refusal('NoSuchOrigin', 'A member does not exist.', 404);
    const codes = itemsOf(group, 'FailoverCriteria', 'StatusCodes').map(({ textContent }) => textContent ?? '');
    const isKnown = codes.length > 0 && codes.every((code) => FAILOVER_CODES.includes(code));
    if (!isKnown) return refusal('InvalidArgument', 'A status code is no failover criterion.');
  }
  for (const origin of itemsOf(config, 'Origins')) {
    const kinds = ['S3OriginConfig', 'CustomOriginConfig', 'VpcOriginConfig'].filter((kind) => childOf(origin, kind));
    if (kinds.length !== 1) return refusal('InvalidOrigin', 'An origin is of one kind.');
  }
  return undefined;
}

function continuousRefusal(config: Element, around: Surroundings): Refusal | undefined {
  const policy = textAt(config, 'ContinuousDeploymentPolicyId');
  if (policy === '') return undefined;
  if (!around.continuousDeploymentPolicies.has(policy)) {
    return refusal('NoSuchContinuousDeploymentPolicy', 'The policy does not exist.', 404);
  }
  const isHttp3 = textAt(config, 'HttpVersion').includes('3');
  return isHttp3 ? refusal('InvalidArgument', 'Continuous deployment is not for HTTP/3.') : undefined;
}

function behaviorRefusal(behavior: Element, config: Element, around: Surroundings): Refusal | undefined {
  const target = textAt(behavior, 'TargetOriginId');
  const groups = itemsOf(config, 'OriginGroups').map((group) => textAt(group, 'Id'));
  const origins = itemsOf(config, 'Origins').map((origin) => textAt(origin, 'Id'));
  if (![...groups, ...origins].includes(target)) return refusal('NoSuchOrigin', 'The target does not exist.', 404);
  const methods = itemsOf(behavior, 'AllowedMethods').map(({ textContent }) => textContent ?? '');
  if (groups.includes(target) && methods.some((method) => WRITES.includes(method))) {
    return refusal('InvalidArgument', 'The methods are not for origin groups.');
  }
  const policy = textAt(behavior, 'OriginRequestPolicyId');
  if (policy !== '' && !around.originRequestPolicies.has(policy)) {
    return refusal('NoSuchOriginRequestPolicy', 'The origin request policy does not exist.', 404);
  }
  if (policy !== '' && textAt(behavior, 'CachePolicyId') === '') {
    return refusal('InvalidArgument', 'An origin request policy needs a cache policy.');
  }
  if ((textAt(behavior, 'CachePolicyId') === '') === (childOf(behavior, 'ForwardedValues') === undefined)) {
    return refusal('InvalidArgument', 'Either a cache policy or ForwardedValues.');
  }
  return associationRefusal(behavior, around);
}

function associationRefusal(behavior: Element, around: Surroundings): Refusal | undefined {
  const functions = itemsOf(behavior, 'FunctionAssociations');
  const lambdas = itemsOf(behavior, 'LambdaFunctionAssociations');
  const events = [...functions, ...lambdas].map((one) => textAt(one, 'EventType'));
  if (events.some((event) => !EVENTS.includes(event))) return refusal('InvalidArgument', 'No such event.');
  if (new Set(events).size < events.length) return refusal('InvalidFunctionAssociation', 'One function an event.');
  const ofViewer = (one: Element) => VIEWER.includes(textAt(one, 'EventType'));
  if (!functions.every(ofViewer)) return refusal('InvalidFunctionAssociation', 'Functions are for viewer events.');
  if (functions.length > 0 && lambdas.some(ofViewer)) {
    return refusal('InvalidFunctionAssociation', 'Both kinds of functions at viewer events.');
  }
  for (const one of functions) {
    const known = around.functions.get(textAt(one, 'FunctionARN'));
    if (known?.isPublished !== true) return refusal('InvalidFunctionAssociation', 'The function is not published.');
  }
  for (const one of lambdas) {
    if (!/^arn:aws:lambda:us-east-1:\d{12}:function:[\w-]+:\d+$/.test(textAt(one, 'LambdaFunctionARN'))) {
      return refusal('InvalidLambdaFunctionAssociation', 'A numbered version in us-east-1.');
    }
  }
  return undefined;
}
