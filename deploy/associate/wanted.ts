/** What the operator wants, and what was read beside the configuration: all that a plan is made of. */
import { EDGE_EVENTS, type EdgeEvent } from '../../config/edge-events.ts';
import type { EdgeConfig } from '../../shared/config.ts';
import type { Association, Behavior } from './behaviors.ts';
import { isWithin } from './coverage.ts';
import { functionOf, kindOf } from './events.ts';

/** A function that is to run at an event. */
export interface WantedFunction {
  readonly event: EdgeEvent;
  readonly arn: string;
}

export interface Wanted {
  /** Path patterns, and `default`. */
  readonly behaviors: readonly string[];
  readonly events: readonly EdgeEvent[];
  /** All functions of ours, a viewer request of either kind among them. */
  readonly functions: readonly WantedFunction[];
  /** Of the service; null: functions of somebody else's, of which nothing is known. */
  readonly config: Pick<EdgeConfig, 'regions' | 'protected' | 'signed' | 'failover'> | null;
  /** Name of the bucket of each region, in the order of the regions. */
  readonly buckets: readonly string[];
  readonly replace: boolean;
  readonly withOrigins: boolean;
}

export interface Facts {
  readonly distributionArn: string;
  /** Of each CloudFront Function by its ARN; absent: there is none. */
  readonly functions: ReadonlyMap<string, { readonly isPublished: boolean; readonly hasStore: boolean }>;
  /** XML of the origin request policies that behaviors name, by id. */
  readonly policies: ReadonlyMap<string, string>;
  /** XML of the cache policies of those that have to know the viewer's country, by id. */
  readonly cachePolicies: ReadonlyMap<string, string>;
  /** Name of the CloudFormation stack that the distribution belongs to. */
  readonly stack: string | null;
}

/** Whether a function is one of ours, in whatever version. */
export function isOurs(functions: readonly WantedFunction[], arn: string): boolean {
  return functions.some((ours) => functionOf(ours.arn) === functionOf(arn));
}

/** Of two kinds for the viewer request the one that the section around a behavior names; elsewhere the CloudFront Function. */
export function functionsAt(behavior: string, { events, functions, config }: Wanted): WantedFunction[] {
  const section = config?.protected.find(({ path }) => isWithin(behavior, path));
  const kind = section?.runtime === 'lambda-edge' ? 'lambda' : 'cloudfront';
  return EDGE_EVENTS.filter((event) => events.includes(event)).flatMap((event) => {
    const candidates = functions.filter((one) => one.event === event);
    const fit = candidates.find(({ arn }) => kindOf(arn) === kind) ?? candidates[0];
    return fit === undefined ? [] : [fit];
  });
}

/** All functions of a behavior as it is going to be. */
export function functionsAfter(behavior: Behavior, wanted: Wanted): Association[] {
  const added = functionsAt(behavior.name, wanted);
  return [...added, ...behavior.functions.filter(({ event }) => !added.some((one) => one.event === event))];
}
