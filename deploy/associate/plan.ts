/** From a live configuration to the one that is sent: the changes, and all that speaks against them. Pure. */
import type { Element } from '@xmldom/xmldom';
import { child, copyOf, items, text } from '../aws/config-xml.ts';
import type { NewPolicy } from '../aws/edge-facts.ts';
import { associationChanges, associationFindings } from './associations.ts';
import { type Behavior, behaviorsOf, groupsOf, originsBehind, originsOf } from './behaviors.ts';
import { apply, type Change } from './change.ts';
import { functionOf, isViewerEvent, kindOf } from './events.ts';
import { type AssociationFinding, refusal, warning } from './finding.ts';
import { geoFindings } from './geo-findings.ts';
import { orderAddition } from './order-addition.ts';
import { type Addition, groupAddition, headerAddition, originAddition } from './regional-origins.ts';
import { openFindings, runtimeFindings } from './section-findings.ts';
import { type Facts, functionsAfter, functionsAt, isOurs, type Wanted } from './wanted.ts';

export interface Plan {
  readonly live: Element;
  readonly planned: Element;
  readonly changes: readonly Change[];
  /** To be made before the configuration is sent; until then it names them by their placeholder. */
  readonly policies: readonly NewPolicy[];
  readonly findings: readonly AssociationFinding[];
  /** What stays, of what people would fear for. */
  readonly kept: readonly string[];
}

export function planAssociation(live: Element, wanted: Wanted, facts: Facts): Plan {
  const planned = copyOf(live);
  const all = behaviorsOf(planned);
  const chosen = all.filter(({ name }) => wanted.behaviors.includes(name));
  const changes: Change[] = [];
  const policies: NewPolicy[] = [];
  const findings: AssociationFinding[] = [
    ...unknownBehaviors(all, wanted),
    ...storeFindings(chosen, wanted, facts),
    ...openFindings(live, chosen, wanted),
    ...geoFindings(behaviorsOf(live), wanted, facts),
  ];
  const add = (addition: Addition & { policy?: NewPolicy }): void => {
    apply(planned, addition.changes);
    changes.push(...addition.changes);
    findings.push(...addition.findings);
    if (addition.policy !== undefined) policies.push(addition.policy);
  };

  for (const { region, bucket } of routedRegions(chosen, wanted))
    add(originAddition(planned, region, bucket, wanted, facts));
  for (const { region } of answeringRegions(chosen, wanted)) add(headerAddition(planned, region, wanted));
  for (const behavior of chosen) {
    if (routes(behavior, wanted)) add(groupAddition(planned, behavior, wanted));
    if (routes(behavior, wanted) && answers(behavior, wanted)) add(orderAddition(planned, behavior, wanted, facts));
    findings.push(...associationFindings(behavior, wanted, facts), ...mediaQuality(planned, behavior, wanted));
    findings.push(...runtimeFindings(all, behavior, wanted));
    add({ changes: associationChanges(planned, behavior, wanted), findings: [] });
  }
  findings.push(...quotaFindings(planned), ...unguarded(planned, wanted), ...stackFindings(facts, changes));
  return {
    live,
    planned,
    changes,
    policies: distinct(policies),
    findings: distinctFindings(findings),
    kept: keptOf(live, planned),
  };
}

/** Whether the CloudFront Function of a service of ours is going to choose the origin there. */
function routes(behavior: Behavior, wanted: Wanted): boolean {
  if (wanted.config === null) return false;
  return functionsAfter(behavior, wanted).some(
    ({ event, arn }) => event === 'viewer-request' && kindOf(arn) === 'cloudfront' && isOurs(wanted.functions, arn),
  );
}

function answers(behavior: Behavior, wanted: Wanted): boolean {
  if (wanted.config === null) return false;
  return functionsAfter(behavior, wanted).some(
    ({ event, arn }) => event === 'origin-response' && isOurs(wanted.functions, arn),
  );
}

function routedRegions(chosen: readonly Behavior[], wanted: Wanted) {
  return chosen.some((behavior) => routes(behavior, wanted)) ? regionsOf(wanted) : [];
}

function answeringRegions(chosen: readonly Behavior[], wanted: Wanted) {
  return chosen.some((behavior) => answers(behavior, wanted)) ? regionsOf(wanted) : [];
}

function regionsOf({ config, buckets }: Wanted) {
  return (config?.regions ?? []).map((region, index) => ({ region, bucket: buckets[index] ?? '' }));
}

function unknownBehaviors(all: readonly Behavior[], { behaviors }: Wanted): AssociationFinding[] {
  const known = all.map(({ name }) => name);
  return behaviors
    .filter((name) => !known.includes(name))
    .map((name) => refusal('unknown-behavior', `--behavior: expected one of ${known.join(', ')}, got ${name}`));
}

function storeFindings(chosen: readonly Behavior[], wanted: Wanted, { functions }: Facts): AssociationFinding[] {
  if (wanted.config === null) return [];
  const arns = chosen.flatMap(({ name }) => functionsAt(name, wanted)).map(({ arn }) => arn);
  return [...new Set(arns)]
    .filter((arn) => functions.get(arn)?.hasStore === false)
    .map((arn) => {
      const expected = 'a function with a key value store, as "serverless deploy" makes it';
      return refusal('key-value-store', `viewer-request: expected ${expected}, got ${arn} without`);
    });
}

function mediaQuality(config: Element, behavior: Behavior, wanted: Wanted): AssociationFinding[] {
  const group = groupsOf(config).get(text(behavior.element, 'TargetOriginId'));
  const atOrigin = functionsAfter(behavior, wanted).some(({ event }) => !isViewerEvent(event));
  if (!atOrigin || text(group, 'SelectionCriteria') !== 'media-quality-based') return [];
  const expected = 'an origin group that does not choose by media quality, beside a function at the origin';
  return [refusal('media-quality', `${behavior.name}: expected ${expected}, got ${behavior.target}`)];
}

const QUOTAS = [
  ['Origins', 100],
  ['OriginGroups', 10],
] as const;

function quotaFindings(config: Element): AssociationFinding[] {
  return QUOTAS.map(([list, most]) => ({ list, most, count: items(child(config, list)).length }))
    .filter(({ count, most }) => count > most)
    .map(({ list, most, count }) => refusal('quota', `${list}: expected at most ${most}, got ${count}`));
}

/** Behaviors that reach without a function what others guard with one of ours: S3 decodes paths that CloudFront does not. */
export function unguarded(config: Element, wanted: Pick<Wanted, 'functions'>): AssociationFinding[] {
  const behaviors = behaviorsOf(config);
  const atViewer = ({ functions }: Behavior) => functions.filter(({ event }) => event === 'viewer-request');
  const guarded = new Set(
    behaviors
      .filter((behavior) => atViewer(behavior).some(({ arn }) => isOurs(wanted.functions, arn)))
      .flatMap(({ target }) => originsBehind(config, target)),
  );
  return behaviors
    .filter((behavior) => atViewer(behavior).length === 0 && !isSigned(behavior))
    .filter(({ target }) => originsBehind(config, target).some((id) => guarded.has(id)))
    .map(({ name, target }) => {
      const expected = 'a viewer request function, since others guard the same origins';
      return warning('unguarded-behavior', `${name}: expected ${expected}, got none before ${target}`);
    });
}

function isSigned({ element }: Behavior): boolean {
  return ['TrustedKeyGroups', 'TrustedSigners'].some((list) => text(element, list, 'Enabled') === 'true');
}

function stackFindings({ stack }: Facts, changes: readonly Change[]): AssociationFinding[] {
  if (stack === null || changes.length === 0) return [];
  const expected = 'a distribution that no CloudFormation stack owns';
  const got = `${stack}, whose next update may undo this; put it into the stack's template, too`;
  return [warning('stack-drift', `distribution: expected ${expected}, got one of ${got}`)];
}

function keptOf(live: Element, planned: Element): string[] {
  const after = behaviorsOf(planned);
  const functions = behaviorsOf(live).flatMap(({ name, functions }) =>
    functions
      .filter(({ arn, event }) =>
        after.some(
          (one) => one.name === name && one.functions.some((other) => other.arn === arn && other.event === event),
        ),
      )
      .map(({ event, arn }) => `${name} ${event} ${functionOf(arn)}`),
  );
  const counts = `${after.length} behaviors, ${originsOf(live).size} origins, ${groupsOf(live).size} origin groups`;
  return [counts, ...functions];
}

function distinct(policies: readonly NewPolicy[]): NewPolicy[] {
  return [...new Map(policies.map((policy) => [policy.name, policy])).values()];
}

function distinctFindings(findings: readonly AssociationFinding[]): AssociationFinding[] {
  return [...new Map(findings.map((finding) => [finding.message, finding])).values()];
}
