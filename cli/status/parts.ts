/** What `status` tells, each part by itself: what cannot be read leaves the others as they are. */
import { EdgeError } from '../../config/errors.ts';
import type { AwsAccess } from '../../deploy/aws/clients.ts';
import { type DeployedDistribution, publishedFunction } from '../../deploy/aws/distribution.ts';
import { edgeLogGroups, openLogs } from '../../deploy/aws/logs.ts';
import type { DeployedStack } from '../../deploy/aws/stack.ts';
import { DRAIN_PREFIX } from '../../shared/state.ts';
import { type ListedRegion, listedRegion } from '../drains.ts';
import { gather } from '../logs/gathering.ts';
import { OURS } from '../logs/logs.ts';
import type { OperatedStore } from '../store/operated-store.ts';
import { storeState } from '../store/store-state.ts';

/** A part, or why it cannot be read. */
export type Part<T> = T | { readonly unread: string };

export async function part<T>(read: () => Promise<T>): Promise<Part<T>> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof EdgeError) return { unread: `${error.code}: ${error.message}` };
    throw error;
  }
}

export function isUnread(read: unknown): read is { readonly unread: string } {
  return typeof read === 'object' && read !== null && 'unread' in read;
}

export interface FunctionState {
  readonly name: string;
  /** Of a Lambda function the version that the stack has published; of a CloudFront Function when it was. Null: never. */
  readonly published: string | null;
  /** What cache behaviors run: versions of a Lambda function, or the CloudFront Function's published code. */
  readonly associated: readonly string[];
  /** Whether what runs is not what was made last. */
  readonly isOutdated: boolean;
}

export async function functionStates(
  access: AwsAccess,
  stack: DeployedStack,
  distribution: DeployedDistribution,
): Promise<FunctionState[]> {
  const lambdas = Object.entries(stack.lambdaVersions).map(([name, version]) =>
    lambdaState(name, version, distribution),
  );
  const { viewerRequestFunctionArn: arn } = stack;
  if (arn === undefined) return lambdas;
  const { live, development } = await publishedFunction(access, arn);
  const isAssociated = distribution.associations.some((association) => association.arn === arn);
  const isOutdated = development !== null && (live === null || live < development);
  const name = arn.split('/').at(-1) ?? arn;
  return [{ name, published: live, associated: isAssociated ? ['published code'] : [], isOutdated }, ...lambdas];
}

function lambdaState(name: string, deployed: string, { associations }: DeployedDistribution): FunctionState {
  const versionAt = deployed.lastIndexOf(':') + 1;
  const unversioned = deployed.slice(0, versionAt);
  const versions = associations.filter(({ arn }) => arn.startsWith(unversioned)).map(({ arn }) => arn.slice(versionAt));
  const published = deployed.slice(versionAt);
  const associated = [...new Set(versions)].sort((one, other) => Number(one) - Number(other));
  return { name, published, associated, isOutdated: associated.some((version) => version !== published) };
}

export interface StoreParts {
  /** Ids alone. */
  readonly keys: readonly string[];
  readonly regions: readonly ListedRegion[];
}

/** @param known regions, beside those that are drained */
export async function storeParts(store: OperatedStore, known: readonly string[], now: number): Promise<StoreParts> {
  const state = storeState(await store.get('state'), store.name);
  const notes = new Map(await store.entries(DRAIN_PREFIX));
  const regions = [...new Set([...known, ...Object.keys(state.drained ?? {})])];
  return {
    keys: Object.keys(state.keys),
    regions: regions.map((region) => listedRegion(region, state, notes.get(DRAIN_PREFIX + region), now)),
  };
}

export interface Refusals {
  /** How many, by reason; most of them first. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Regions whose lines are not counted. */
  readonly notCounted: readonly string[];
}

/** @param time epoch milliseconds */
export async function refusalsSince(access: AwsAccess, stack: DeployedStack, time: number): Promise<Refusals> {
  const { lines, unread } = await gather(openLogs(access), edgeLogGroups(stack), time, OURS);
  const counts = new Map<string, number>();
  for (const { entry } of lines) {
    if (entry?.verdict !== 'refused') continue;
    const reason = String(entry.reason).replaceAll(/\p{Cc}/gu, ' ');
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = Object.fromEntries([...counts].sort(([a, one], [b, other]) => other - one || a.localeCompare(b)));
  return { reasons, notCounted: [...unread.keys()] };
}
