/** `associate --staging`, `promote` and `abort`: an association that is tried on a copy of the distribution first. */
import { unexpected } from '../../config/errors.ts';
import { associationProposal } from '../../deploy/associate/association-proposal.ts';
import { abort, promote, type StagedErrand, stage } from '../../deploy/associate/staging.ts';
import { cloudFrontClient } from '../../deploy/aws/clients.ts';
import type { Traffic } from '../../deploy/aws/continuous-deployment.ts';
import { accessOf } from '../aws-access.ts';
import { errandOf, report, wantedOfOptions } from './associate.ts';
import { type AssociateOptions, type DistributionOptions, distributionId } from './options.ts';
import { terminalTalk } from './terminal-talk.ts';

export interface StagingOptions extends AssociateOptions {
  /** Percent of the viewers. */
  readonly stagingWeight?: string;
  /** Value of the header that asks for the staging distribution. */
  readonly stagingHeader?: string;
}

export interface StagedOptions extends DistributionOptions {
  /** Id of one that was not made from this folder. */
  readonly stagingDistribution?: string;
}

/** CloudFront takes headers that begin with `aws-cf-cd-`. */
const HEADER = 'aws-cf-cd-edgekeeper';

/** The most that CloudFront takes. */
const MAX_PERCENT = 15;

/** How long a viewer stays with the distribution that it got; the least that CloudFront takes. */
const STICKINESS_SECONDS = 300;

/** @throws {EdgeError} ERR_OPTION_INVALID */
export function trafficOf({ stagingWeight, stagingHeader = 'staging' }: StagingOptions): Traffic {
  if (stagingWeight === undefined) {
    if (/^[\w-]{1,256}$/.test(stagingHeader)) return { header: HEADER, value: stagingHeader };
    throw unexpected('ERR_OPTION_INVALID', '--staging-header', 'letters, digits, "_" and "-"', stagingHeader);
  }
  const percent = Number(stagingWeight);
  if (/^\d+(\.\d)?$/.test(stagingWeight) && percent > 0 && percent <= MAX_PERCENT) {
    return { weight: percent / 100, stickinessSeconds: STICKINESS_SECONDS };
  }
  throw unexpected('ERR_OPTION_INVALID', '--staging-weight', `percent, from 0.1 to ${MAX_PERCENT}`, stagingWeight);
}

export async function associateStaged(root: string, options: StagingOptions): Promise<void> {
  const traffic = trafficOf(options);
  const wanted = await wantedOfOptions(root, options);
  const client = await cloudFrontClient(accessOf(options));
  const propose = associationProposal(client, wanted);
  const errand = { ...errandOf(root, options), action: 'associate' as const, propose };
  report(await stage(client, errand, traffic, terminalTalk(options)), options);
}

export async function promoteStaged(root: string, options: StagedOptions): Promise<void> {
  const client = await cloudFrontClient(accessOf(options));
  const errand = stagedErrand(root, options);
  report(await promote(client, errand, terminalTalk(options)), options);
}

export async function abortStaged(root: string, options: StagedOptions): Promise<void> {
  const client = await cloudFrontClient(accessOf(options));
  const errand = stagedErrand(root, options);
  const status = await abort(client, errand, terminalTalk(options));
  const { distribution, json = false } = options;
  process.stdout.write(json ? `${JSON.stringify({ distribution, status })}\n` : `${distribution}: ${status}.\n`);
}

function stagedErrand(root: string, options: StagedOptions): StagedErrand {
  const { stagingDistribution: named } = options;
  const staging = named === undefined ? {} : { staging: distributionId(named, '--staging-distribution') };
  return { ...errandOf(root, options), ...staging, action: 'promote' };
}
