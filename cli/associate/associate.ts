/** `associate`: functions into behaviors of a distribution that is there already. */
import { associationProposal } from '../../deploy/associate/association-proposal.ts';
import { carryOut, type Outcome } from '../../deploy/associate/carry-out.ts';
import { proposalData } from '../../deploy/associate/proposal.ts';
import type { Wanted } from '../../deploy/associate/wanted.ts';
import { cloudFrontClient } from '../../deploy/aws/clients.ts';
import { accessOf } from '../aws-access.ts';
import {
  type AssociateOptions,
  type DistributionOptions,
  distributionId,
  eventsOf,
  wantedFunctions,
} from './options.ts';
import { terminalTalk } from './terminal-talk.ts';

export async function associate(root: string, options: AssociateOptions): Promise<void> {
  const wanted = await wantedOfOptions(root, options);
  const client = await cloudFrontClient(accessOf(options));
  const propose = associationProposal(client, wanted);
  const errand = { ...errandOf(root, options), action: 'associate' as const, propose };
  report(await carryOut(client, errand, terminalTalk(options)), options);
}

export async function wantedOfOptions(root: string, options: AssociateOptions): Promise<Wanted> {
  const { behavior = ['default'], withOrigins = false, replace = false } = options;
  const events = eventsOf(options.events);
  distributionId(options.distribution);
  return { ...(await wantedFunctions(root, options)), behaviors: behavior, events, withOrigins, replace };
}

export function errandOf(root: string, { distribution, stage, dryRun, wait }: DistributionOptions) {
  return {
    root,
    distribution: distributionId(distribution),
    stage,
    ...(dryRun !== undefined && { dryRun }),
    ...(wait !== undefined && { wait }),
  };
}

/** The last line, or with --json the only one. */
export function report({ proposal, sent, status }: Outcome, options: DistributionOptions): void {
  const { distribution, dryRun = false, json = false } = options;
  if (json) {
    const data = { distribution, sent, dryRun, status, ...proposalData(proposal, distribution) };
    process.stdout.write(`${JSON.stringify(data)}\n`);
  } else if (sent) process.stdout.write(`${distribution}: ${status}.\n`);
  else if (dryRun && proposal.changes.length > 0) process.stdout.write('Nothing was sent: --dry-run.\n');
}
