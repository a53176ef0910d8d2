import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import type { LiveDistribution } from '../aws/distribution-xml.ts';
import { readFacts } from './facts.ts';
import { planAssociation } from './plan.ts';
import type { Proposal } from './proposal.ts';
import type { Wanted } from './wanted.ts';

/** Reads what a plan needs beside the configuration, and plans: anew for each reading of the distribution. */
export function associationProposal(client: CloudFrontClient, wanted: Wanted) {
  return async (live: LiveDistribution): Promise<Proposal> => {
    const plan = planAssociation(live.config, wanted, await readFacts(client, live, wanted));
    return { ...plan, conflicts: [], left: [] };
  };
}
