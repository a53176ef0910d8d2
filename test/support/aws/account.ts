/** An AWS account, as far as a deployment meets it. What it holds is there for the tests to read. */
import type { storeService } from './key-value-store.ts';
import type { Resource } from './stack/resource.ts';
import type { Stack } from './stack/stack.ts';

export interface StoredObject {
  readonly body: Buffer;
  readonly contentType: string;
  /** The `x-amz-meta-` headers, by their names without that. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly modified: Date;
}

export interface Bucket {
  readonly region: string;
  readonly objects: Map<string, StoredObject>;
  isVersioned: boolean;
}

export interface LambdaFunction {
  readonly name: string;
  readonly region: string;
  role: string;
  /** SHA-256 of its code, as base64. */
  code: string;
  /** All of it that a version keeps. */
  configuration: string;
  modified: Date;
  /** What was published, from version 1 on, as `configuration`. */
  readonly versions: string[];
  /** Whether a distribution has it, or had: replicas keep a function from being deleted for hours after. */
  isReplicated: boolean;
}

export interface Account {
  readonly id: string;
  readonly buckets: Map<string, Bucket>;
  /** Buckets of other accounts: their names are taken for everybody. */
  readonly othersBuckets: Set<string>;
  /** By region and name. */
  readonly functions: Map<string, LambdaFunction>;
  /** Key value stores, by ARN. */
  readonly stores: Map<string, ReturnType<typeof storeService>>;
  /** By id, those that were deleted, too. */
  readonly stacks: Map<string, Stack>;
  /** Of all stacks, and what they left behind. */
  readonly resources: Set<Resource>;
  /** Which of the resources that wait for none is made next: CloudFormation promises no order. */
  choose(ready: readonly string[]): string | undefined;
  /** The next second: no two things happen in one. */
  now(): Date;
}

export function emptyAccount(): Account {
  let seconds = Date.parse('2026-01-01T00:00:00Z') / 1000;
  return {
    id: '111122223333',
    buckets: new Map(),
    othersBuckets: new Set(),
    functions: new Map(),
    stores: new Map(),
    stacks: new Map(),
    resources: new Set(),
    // The last one, since people write down first what comes first.
    choose: (ready) => ready.at(-1),
    now: () => new Date(++seconds * 1000),
  };
}

/** What a person does some hours after `serverless remove`, when the replicas of a service's functions are gone. */
export function deleteFunctions({ functions, resources }: Account, service: string): void {
  for (const [key, { name }] of functions) if (name.startsWith(`${service}-`)) functions.delete(key);
  for (const resource of resources) {
    const isFunction = resource.type === 'AWS::Lambda::Function' || resource.type === 'AWS::Lambda::Version';
    if (isFunction && resource.physicalId.includes(`${service}-`)) resources.delete(resource);
  }
}

/** And to a bucket that a deployment left when it failed. */
export function deleteBucket({ buckets, resources }: Account, name: string): void {
  buckets.delete(name);
  for (const resource of resources) if (resource.physicalId === name) resources.delete(resource);
}
