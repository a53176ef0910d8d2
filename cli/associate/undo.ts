/** `detach` and `rollback`: the ways back. */
import { EDGE_EVENTS } from '../../config/edge-events.ts';
import { EdgeError, unexpected } from '../../config/errors.ts';
import { carryOut } from '../../deploy/associate/carry-out.ts';
import { proposalOf } from '../../deploy/associate/proposal.ts';
import { netChanges } from '../../deploy/associate/record.ts';
import { readRecords } from '../../deploy/associate/records.ts';
import { planDetach, planRollback } from '../../deploy/associate/undo.ts';
import { cloudFrontClient } from '../../deploy/aws/clients.ts';
import { accessOf } from '../aws-access.ts';
import { errandOf, report } from './associate.ts';
import { type AssociateOptions, type DistributionOptions, eventsOf, wantedFunctions } from './options.ts';
import { terminalTalk } from './terminal-talk.ts';

/** Takes functions of ours out of behaviors, all without `behavior` and `events`, and puts back what was there before. */
export async function detach(root: string, options: AssociateOptions): Promise<void> {
  const errand = errandOf(root, options);
  const events = options.events === undefined ? EDGE_EVENTS : eventsOf(options.events);
  const chosen = { behaviors: options.behavior ?? [], events };
  const { functions } = await wantedFunctions(root, options);
  const records = readRecords(root, options.distribution);
  const outcome = await carryOut(
    await cloudFrontClient(accessOf(options)),
    {
      ...errand,
      action: 'detach',
      propose: async ({ config }) => proposalOf(planDetach(config, chosen, functions, records)),
    },
    terminalTalk(options),
  );
  report(outcome, options);
}

export interface RollbackOptions extends DistributionOptions {
  /** Of the record; absent: the last. */
  readonly to?: string;
}

/** Undoes the last change of ours, or all since the one that `to` names, itself included. */
export async function rollback(root: string, options: RollbackOptions): Promise<void> {
  const errand = errandOf(root, options);
  const records = readRecords(root, errand.distribution);
  const from = options.to === undefined ? records.length - 1 : records.findIndex(({ id }) => id === options.to);
  if (records.length === 0) {
    const where = `.edgekeeper/associations/${errand.distribution}`;
    throw new EdgeError('ERR_FILE_MISSING', `${where}: expected the record of a change made here, got none`);
  }
  if (from === -1) {
    const known = records.map(({ id }) => id).join(', ');
    throw unexpected('ERR_OPTION_INVALID', '--to', `one of ${known}`, options.to);
  }
  const changes = netChanges(records.slice(from).flatMap((record) => record.changes));
  const outcome = await carryOut(
    await cloudFrontClient(accessOf(options)),
    {
      ...errand,
      action: 'rollback',
      propose: async ({ config }) => proposalOf(planRollback(config, changes, records)),
    },
    terminalTalk(options),
  );
  report(outcome, options);
}
