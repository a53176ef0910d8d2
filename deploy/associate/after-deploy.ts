/** What `serverless deploy` does at its end: the functions that it deployed into the distributions of the settings. */
import type { AssociatedDistribution } from '../../config/associate.ts';
import type { EdgeConfig } from '../../shared/config.ts';
import { type AwsAccess, cloudFrontClient } from '../aws/clients.ts';
import { deployedStack } from '../aws/stack.ts';
import { associationProposal } from './association-proposal.ts';
import { carryOut } from './carry-out.ts';
import { type Proposal, proposalText } from './proposal.ts';
import { functionsOf, wantedOf } from './service.ts';

export interface DeployedService {
  /** The folder of serverless.yml. */
  readonly root: string;
  /** Name of its stack. */
  readonly stack: string;
  readonly stage: string;
  readonly access: AwsAccess;
  say(text: string): void;
}

/**
 * Shows what it changes and asks nobody. What is there already is not sent again.
 *
 * @throws {EdgeError} for the first distribution that cannot be associated; those before it are.
 */
export async function associateAfterDeploy(
  service: DeployedService,
  config: EdgeConfig,
  associated: readonly AssociatedDistribution[],
): Promise<void> {
  const { root, stage, access, say } = service;
  const stack = await deployedStack(access, service.stack);
  const functions = wantedOf(stack.name, config, functionsOf(stack));
  const client = await cloudFrontClient(access);
  for (const { distribution, behaviors, events, withOrigins } of associated) {
    const wanted = { ...functions, behaviors, events, withOrigins, replace: false };
    const talk = {
      say,
      show: (proposal: Proposal, id: string) => say(proposalText(proposal, id, false)),
      confirm: async () => true,
      during: <T>(_: string, task: () => Promise<T>) => task(),
    };
    const errand = { root, distribution, action: 'associate' as const, stage };
    const propose = associationProposal(client, wanted);
    const { status } = await carryOut(client, { ...errand, propose }, talk);
    say(`${distribution}: ${status}.\n`);
  }
}
