/** From a proposal to a distribution that is deployed: shown, agreed to, recorded, sent, waited for. */
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { EdgeError } from '../../config/errors.ts';
import { copyOf } from '../aws/config-xml.ts';
import { type LiveDistribution, readDistribution, updateDistribution } from '../aws/distribution-xml.ts';
import { ensurePolicy } from '../aws/edge-facts.ts';
import { isRefusedChange } from '../aws/failure.ts';
import { apply, type Change, undoable } from './change.ts';
import { isAgainst } from './finding.ts';
import { placeholder } from './order-policy.ts';
import { findingLine, type Proposal } from './proposal.ts';
import type { Action, ChangeRecord } from './record.ts';
import { recordId, removeRecord, writeRecord } from './records.ts';
import { untilDeployed } from './until-deployed.ts';

/** How the operator is talked to. */
export interface Talk {
  say(text: string): void;
  /** Shows what is about to be done, or refused. */
  show(proposal: Proposal, name: string): void;
  /** Whether the operator agrees. */
  confirm(question: string): Promise<boolean>;
  /** Says what is going on while a task runs. */
  during<T>(what: string, task: () => Promise<T>): Promise<T>;
}

export interface Errand {
  /** The folder whose `.edgekeeper` holds the records. */
  readonly root: string;
  readonly distribution: string;
  readonly action: Action;
  readonly stage: string;
  readonly dryRun?: boolean;
  /** False: the answer of CloudFront is enough. */
  readonly wait?: boolean;
  propose(live: LiveDistribution): Promise<Proposal>;
}

export interface Outcome {
  readonly proposal: Proposal;
  readonly sent: boolean;
  /** `Deployed` or `InProgress`, as last read. */
  readonly status: string;
}

/** Each time somebody else was faster. */
export const MAX_ROUNDS = 5;

/**
 * A rival's edit between read and write is met with a new reading, a new plan, and a new question.
 *
 * @throws {EdgeError} ERR_ASSOCIATION_REFUSED when something speaks against it, and what AWS refuses.
 */
export async function carryOut(client: CloudFrontClient, errand: Errand, talk: Talk): Promise<Outcome> {
  let unanswered: Sent | undefined;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const live = await talk.during('Reading the distribution', () => readDistribution(client, errand.distribution));
    if (unanswered !== undefined) {
      if (isDone(live, unanswered.record)) return sentOutcome(client, errand, live, unanswered.proposal, talk);
      removeRecord(errand.root, unanswered.record);
      talk.say(`${live.id} was changed by somebody else meanwhile: reading it again.\n`);
    }
    const proposal = await errand.propose(live);
    talk.show(proposal, live.id);
    refuse(proposal);
    if (proposal.changes.length === 0) {
      talk.say(`Nothing to change in ${live.id}: ${live.status}.\n`);
      return { proposal, sent: false, status: await finalStatus(client, errand, live, talk) };
    }
    if (errand.dryRun === true) return { proposal, sent: false, status: live.status };
    if (!(await talk.confirm(`Send this to ${live.id}?`))) {
      throw new EdgeError('ERR_ASSOCIATION_REFUSED', `${live.id}: expected a yes, got none; nothing was sent`);
    }
    const sent = await send(client, errand, live, proposal);
    if (sent.updated !== null) return sentOutcome(client, errand, sent.updated, proposal, talk);
    unanswered = { record: sent.record, proposal };
  }
  const got = `${MAX_ROUNDS} changes by others; nothing was sent`;
  throw new EdgeError(
    'ERR_ASSOCIATION_REFUSED',
    `${errand.distribution}: expected a moment without rivals, got ${got}`,
  );
}

/** An update that was refused with an old ETag: by a rival's edit, or by our own whose answer was lost on the way. */
interface Sent {
  readonly record: ChangeRecord;
  readonly proposal: Proposal;
}

function isDone({ config }: LiveDistribution, { changes }: ChangeRecord): boolean {
  return undoable(config, changes).undone.length === changes.length;
}

async function sentOutcome(
  client: CloudFrontClient,
  errand: Errand,
  live: LiveDistribution,
  proposal: Proposal,
  talk: Talk,
): Promise<Outcome> {
  talk.say(`Sent to ${live.id}. Who stops waiting now takes nothing back.\n`);
  return { proposal, sent: true, status: await finalStatus(client, errand, live, talk) };
}

export function refuse({ findings }: Proposal): void {
  const against = findings.filter(isAgainst);
  const [first] = against;
  if (first === undefined) return;
  const more = against.length > 1 ? ` (and ${against.length - 1} more above)` : '';
  const advice = against.every(({ severity }) => severity === 'lack') ? '; --with-origins adds it' : '';
  throw new EdgeError('ERR_ASSOCIATION_REFUSED', `${findingLine(first)}${advice}${more}; nothing was sent`);
}

/** The record is there before the change is: of a run that is cut off, too, the way back is known. */
async function send(client: CloudFrontClient, errand: Errand, live: LiveDistribution, proposal: Proposal) {
  const { changes, planned } = await withPolicies(client, proposal);
  const { distribution, action, stage } = errand;
  const record = { id: recordId(Date.now()), distribution, action, stage, etag: live.etag, changes };
  writeRecord(errand.root, record);
  try {
    return { record, updated: await updateDistribution(client, live, planned) };
  } catch (error) {
    // Of an update whose answer was lost, though a later attempt was answered, nobody knows whether it was made.
    if (isRefusedChange(error)) removeRecord(errand.root, record);
    throw error;
  }
}

/** Makes the policies that the plan names by placeholders. */
export async function withPolicies(
  client: CloudFrontClient,
  proposal: Proposal,
): Promise<Pick<Proposal, 'changes' | 'planned'>> {
  const ids = new Map<string | null, string>();
  for (const policy of proposal.policies) ids.set(placeholder(policy), await ensurePolicy(client, policy));
  if (ids.size === 0) return proposal;
  const changes = proposal.changes.map((change): Change => ({ ...change, to: ids.get(change.to) ?? change.to }));
  const planned = copyOf(proposal.planned);
  apply(planned, changes);
  return { changes, planned };
}

async function finalStatus(
  client: CloudFrontClient,
  { wait }: Errand,
  live: LiveDistribution,
  talk: Talk,
): Promise<string> {
  if (wait === false || live.status === 'Deployed') return live.status;
  return (await talk.during(`Deploying ${live.id}`, () => untilDeployed(client, live.id))).status;
}
