/** An association that is tried on a copy first: `associate --staging`, `promote`, `abort`. */
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { EdgeError } from '../../config/errors.ts';
import { copyOf, setText, textOfElement } from '../aws/config-xml.ts';
import {
  copyDistribution,
  createStagingPolicy,
  deleteDistribution,
  deleteStagingPolicy,
  promoteStaging,
  type Traffic,
} from '../aws/continuous-deployment.ts';
import { type LiveDistribution, readDistribution, updateDistribution } from '../aws/distribution-xml.ts';
import { isRefusedChange } from '../aws/failure.ts';
import { type Errand, MAX_ROUNDS, type Outcome, refuse, type Talk, withPolicies } from './carry-out.ts';
import { apply } from './change.ts';
import { configDigest, isPromoted, promotion } from './promotion.ts';
import type { Proposal } from './proposal.ts';
import { recordId, removeRecord, writeRecord } from './records.ts';
import { stagedOf } from './staged.ts';
import { readStaged, removeStaged, type Staged, writeStaged } from './staged-record.ts';
import { stagingFindings } from './staging-findings.ts';
import { untilDeployed } from './until-deployed.ts';

/** Of `promote` and `abort`. */
export interface StagedErrand extends Omit<Errand, 'propose'> {
  /** Id of the staging distribution; needed where it was not made from this folder. */
  readonly staging?: string;
}

/** Copies the distribution, associates there, and sends some viewers to it. */
export async function stage(client: CloudFrontClient, errand: Errand, traffic: Traffic, talk: Talk): Promise<Outcome> {
  const live = await talk.during('Reading the distribution', () => readDistribution(client, errand.distribution));
  const planned = await errand.propose(live);
  const findings = [...stagingFindings(live.config, readStaged(errand.root, live.id)), ...planned.findings];
  const proposal = { ...planned, findings };
  talk.show(proposal, `${live.id} staging`);
  refuse(proposal);
  if (proposal.changes.length === 0 || errand.dryRun === true) return { proposal, sent: false, status: live.status };
  await agreed(talk, `Copy ${live.id} to a staging distribution, and change that?`);

  const { changes } = await withPolicies(client, proposal);
  const copy = await copyDistribution(client, live, `edgekeeper-${live.id}-${live.etag}`);
  const staged = { staging: copy.id, changes, primary: configDigest(live.config) };
  writeStaged(errand.root, live.id, { ...staged, policy: null });
  talk.say(`Made the staging distribution ${copy.id}, ${copy.arn}.\n`);
  await change(client, copy.id, (config) => apply(config, changes));
  const policy = await createStagingPolicy(client, copy.domainName, traffic);
  writeStaged(errand.root, live.id, { ...staged, policy });
  await change(client, live.id, (config) => setText(config, 'ContinuousDeploymentPolicyId', policy));
  talk.say(`${trafficText(traffic)} ${copy.id}. Then: edgekeeper promote, or edgekeeper abort.\n`);
  return { proposal, sent: true, status: await waited(client, errand, [copy.id, live.id], talk) };
}

function trafficText(traffic: Traffic): string {
  if ('header' in traffic) return `Requests with ${traffic.header}: ${traffic.value} go to`;
  return `${traffic.weight * 100} % of the viewers go to`;
}

/** Gives the primary what its staging distribution has, and clears that away. */
export async function promote(client: CloudFrontClient, errand: StagedErrand, talk: Talk): Promise<Outcome> {
  const live = await talk.during('Reading the distribution', () => readDistribution(client, errand.distribution));
  const staged = await stagedOf(client, errand.root, live, errand.staging);
  const staging = await readDistribution(client, staged.staging);
  const proposal = promotion(live.config, staging.config, staged);
  talk.show(proposal, live.id);
  refuse(proposal);
  if (errand.dryRun === true) return { proposal, sent: false, status: live.status };
  await agreed(talk, `Promote ${staging.id} to ${live.id}?`);
  const sent = !isPromoted(proposal);
  if (sent) await sendPromotion(client, errand, live, staging, proposal);
  talk.say(`Promoted ${staging.id} to ${live.id}.\n`);
  await waited(client, { ...errand, wait: true }, [live.id], talk);
  return { proposal, sent, status: await clearAway(client, errand, staged, talk) };
}

/** The record is there before the promotion is, unless nothing is known here of what was associated. */
async function sendPromotion(
  client: CloudFrontClient,
  { root, distribution, action, stage: stageName }: StagedErrand,
  live: LiveDistribution,
  staging: LiveDistribution,
  { changes }: Proposal,
): Promise<void> {
  const record = { id: recordId(Date.now()), distribution, action, stage: stageName, etag: live.etag, changes };
  if (changes.length > 0) writeRecord(root, record);
  try {
    await promoteStaging(client, live, staging);
  } catch (error) {
    if (isRefusedChange(error)) removeRecord(root, record);
    throw error;
  }
}

/** Nothing of the primary is changed but that no viewers are sent elsewhere any more. */
export async function abort(client: CloudFrontClient, errand: StagedErrand, talk: Talk): Promise<string> {
  const live = await talk.during('Reading the distribution', () => readDistribution(client, errand.distribution));
  const staged = await stagedOf(client, errand.root, live, errand.staging);
  talk.say(`Staged: ${staged.staging}, by the policy ${staged.policy ?? 'none yet'}.\n`);
  if (errand.dryRun === true) return live.status;
  await agreed(talk, `Delete ${staged.staging}, and send all viewers to ${live.id}?`);
  return clearAway(client, errand, staged, talk);
}

/** Step by step, each of which may be done already: whoever was cut off begins again. */
async function clearAway(
  client: CloudFrontClient,
  { root, distribution }: Pick<Errand, 'root' | 'distribution'>,
  { staging, policy }: Staged,
  talk: Talk,
): Promise<string> {
  await change(client, distribution, (config) => setText(config, 'ContinuousDeploymentPolicyId', ''));
  const { status } = await talk.during(`Deploying ${distribution}`, () => untilDeployed(client, distribution));
  if (policy !== null) await deleteStagingPolicy(client, policy);
  try {
    await change(client, staging, (config) => setText(config, 'Enabled', 'false'));
    const disabled = await talk.during(`Disabling ${staging}`, () => untilDeployed(client, staging));
    await deleteDistribution(client, disabled);
    talk.say(`Deleted ${staging}.\n`);
  } catch (error) {
    if ((error as EdgeError).code !== 'ERR_AWS_NOT_FOUND') throw error;
  }
  removeStaged(root, distribution);
  return status;
}

/** Changes one thing, whatever else others change meanwhile; nothing is sent where it is so already. */
async function change(client: CloudFrontClient, id: string, edit: (config: LiveDistribution['config']) => void) {
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const live = await readDistribution(client, id);
    const next = copyOf(live.config);
    edit(next);
    if (textOfElement(next) === textOfElement(live.config)) return;
    if ((await updateDistribution(client, live, next)) !== null) return;
  }
  throw new EdgeError('ERR_ASSOCIATION_REFUSED', `${id}: expected a moment without rivals, got ${MAX_ROUNDS} changes`);
}

async function agreed(talk: Talk, question: string): Promise<void> {
  if (await talk.confirm(question)) return;
  throw new EdgeError('ERR_ASSOCIATION_REFUSED', 'expected a yes, got none; nothing was sent');
}

async function waited(
  client: CloudFrontClient,
  { wait }: Pick<Errand, 'wait'>,
  ids: readonly string[],
  talk: Talk,
): Promise<string> {
  if (wait === false) return 'InProgress';
  let status = '';
  for (const id of ids) ({ status } = await talk.during(`Deploying ${id}`, () => untilDeployed(client, id)));
  return status;
}
