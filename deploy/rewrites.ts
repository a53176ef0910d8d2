import { ConfigError } from '../config/errors.ts';
import { matchesWildcard } from '../shared/access/wildcard.ts';
import type { EdgeConfig } from '../shared/config.ts';
import type { Template } from './template.ts';

interface Behavior {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  readonly FunctionAssociations?: readonly Association[];
  LambdaFunctionAssociations?: Association[];
  readonly TrustedKeyGroups?: readonly unknown[];
  readonly TrustedSigners?: readonly unknown[];
}

interface Association {
  readonly EventType: string;
  readonly LambdaFunctionARN: unknown;
}

interface DistributionConfig {
  readonly OriginGroups?: { readonly Items?: readonly { readonly Id: string }[] };
  readonly DefaultCacheBehavior: Behavior;
  readonly CacheBehaviors?: readonly Behavior[];
}

/**
 * With rewrites in the settings, the function at the origin request that makes the error page runs in every
 * behavior of an origin group, too. Without them nothing pays for it.
 *
 * @throws {ConfigError} for a behavior that has another function there, and for one by which a rewrite would lead
 * past a check that the settings do not know.
 */
export function addRewrites(template: Template, config: EdgeConfig): void {
  const { rewrites } = config;
  if (rewrites === null) return;
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::CloudFront::Distribution') continue;
    const {
      OriginGroups,
      DefaultCacheBehavior,
      CacheBehaviors = [],
    } = Properties.DistributionConfig as DistributionConfig;
    checkDoors(DefaultCacheBehavior, CacheBehaviors, rewrites.directoryIndex, config);
    const groups = (OriginGroups?.Items ?? []).map(({ Id }) => Id);
    for (const behavior of [DefaultCacheBehavior, ...CacheBehaviors]) {
      if (groups.includes(behavior.TargetOriginId)) addAssociation(behavior);
    }
  }
}

function addAssociation(behavior: Behavior): void {
  const associations = behavior.LambdaFunctionAssociations ?? [];
  if (associations.some(({ EventType }) => EventType === 'origin-request')) {
    const where = behavior.PathPattern ?? 'the default behavior';
    throw new ConfigError('rewrites', 'behaviors without a function at the origin request, or no rewrites', where);
  }
  behavior.LambdaFunctionAssociations = [
    ...associations,
    { EventType: 'origin-request', LambdaFunctionARN: { Ref: 'OriginRequestLambdaVersion' } },
  ];
}

/**
 * The function holds a rewrite against the sections and the signed paths. A behavior of the template that checks
 * viewers by itself is safe as long as every behavior has a directory and its index both, or neither.
 */
function checkDoors(usual: Behavior, behaviors: readonly Behavior[], index: string, config: EdgeConfig): void {
  const known = [...config.protected.map(({ path }) => path), config.signed?.path];
  const others = behaviors.filter(({ PathPattern }) => !known.includes(PathPattern));
  if (!others.some((behavior) => hasOwnCheck(behavior, usual))) return;
  const divided = others.find(({ PathPattern = '*' }) => dividesDirectories(PathPattern, index));
  if (divided === undefined) return;
  const expected = `behaviors for a directory with its ${index}, since one checks viewers by itself, or no rewrites`;
  throw new ConfigError('rewrites', expected, divided.PathPattern);
}

function hasOwnCheck(behavior: Behavior, usual: Behavior): boolean {
  const { TrustedKeyGroups = [], TrustedSigners = [] } = behavior;
  const hasKeys = TrustedKeyGroups.length > 0 || TrustedSigners.length > 0;
  const functions = viewerFunctions(behavior);
  return hasKeys || (functions.length > 0 && JSON.stringify(functions) !== JSON.stringify(viewerFunctions(usual)));
}

function viewerFunctions({ FunctionAssociations = [], LambdaFunctionAssociations = [] }: Behavior): Association[] {
  return [...FunctionAssociations, ...LambdaFunctionAssociations].filter(
    ({ EventType }) => EventType === 'viewer-request',
  );
}

/** Whether there can be a path `x/` of which only one of `x/` and `x/index.html` matches. */
function dividesDirectories(pattern: string, index: string): boolean {
  const full = /^[/*]/.test(pattern) ? pattern : `/${pattern}`;
  const beginning = full.replace(/\*+$/, '');
  if (beginning === full) return endsIn(full, '/') || endsIn(full, `/${index}`);
  return [...index].some((_, at) => endsIn(beginning, `/${index.slice(0, at + 1)}`));
}

/** Whether the pattern matches any text with that end. */
function endsIn(pattern: string, end: string): boolean {
  return [...pattern].some((_, from) => matchesWildcard(pattern.slice(from), end));
}
