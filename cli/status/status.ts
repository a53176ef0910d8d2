/** `status`: what is deployed and how it fares, on one screen. */
import { type DeployedDistribution, deployedDistribution } from '../../deploy/aws/distribution.ts';
import type { DeployedStack } from '../../deploy/aws/stack.ts';
import { accessOf } from '../aws-access.ts';
import { outputOf, stackOf } from '../deployed-stack.ts';
import { storeAtAws } from '../store/store-at-aws.ts';
import {
  type FunctionState,
  functionStates,
  isUnread,
  type Part,
  part,
  type Refusals,
  refusalsSince,
  type StoreParts,
  storeParts,
} from './parts.ts';
import { screen } from './screen.ts';

export interface StatusOptions {
  readonly stage: string;
  readonly profile?: string;
  readonly json?: boolean;
}

export interface Status {
  readonly stack: Pick<DeployedStack, 'name' | 'status'>;
  readonly distribution: Part<DeployedDistribution>;
  readonly functions: Part<readonly FunctionState[]>;
  readonly store: Part<StoreParts>;
  /** Of the last hour. */
  readonly refusals: Part<Refusals>;
}

const HOUR = 3_600_000;

export async function status(root: string, options: StatusOptions): Promise<void> {
  const access = accessOf(options);
  const stack = await stackOf(root, options.stage, access);
  const { name } = stack;
  const now = Date.now();
  const counted = part(() => refusalsSince(access, stack, now - HOUR));
  const distribution = await part(() => deployedDistribution(access, outputOf(stack, 'distributionId')));
  const [functions, store, refusals] = await Promise.all([
    isUnread(distribution) ? distribution : part(() => functionStates(access, stack, distribution)),
    part(async () => {
      const deployed = await storeAtAws(access, outputOf(stack, 'keyValueStoreArn'), `the store of ${name}`);
      return storeParts(deployed, isUnread(distribution) ? [] : distribution.regions, now / 1000);
    }),
    counted,
  ]);
  const told: Status = { stack: { name, status: stack.status }, distribution, functions, store, refusals };
  process.stdout.write(options.json === true ? `${JSON.stringify(told)}\n` : screen(told));
}
