/** The commands' work against the local CloudFront, in this process: what a person would have seen is kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EDGE_EVENTS } from '../../../config/edge-events.ts';
import { associationProposal } from '../../../deploy/associate/association-proposal.ts';
import { carryOut, type Errand, type Talk } from '../../../deploy/associate/carry-out.ts';
import { proposalOf, proposalText } from '../../../deploy/associate/proposal.ts';
import { netChanges } from '../../../deploy/associate/record.ts';
import { readRecords } from '../../../deploy/associate/records.ts';
import { abort, promote, type StagedErrand, stage } from '../../../deploy/associate/staging.ts';
import { planDetach, planRollback } from '../../../deploy/associate/undo.ts';
import type { Wanted } from '../../../deploy/associate/wanted.ts';
import { cloudFrontClient } from '../../../deploy/aws/clients.ts';
import type { Traffic } from '../../../deploy/aws/continuous-deployment.ts';
import { VIEWER_REQUEST, wanted } from './wanted.ts';

export const ID = 'E1EXAMPLE';

/** The function as `serverless deploy` leaves it. */
export const DEPLOYED = {
  [VIEWER_REQUEST]: { isPublished: true, stores: ['arn:aws:cloudfront::111122223333:key-value-store/a'] },
};

export function bench(timeoutSeconds?: number) {
  const root = mkdtempSync(join(tmpdir(), 'edgekeeper-associate-'));
  const said: string[] = [];
  const answers: boolean[] = [];
  const talk: Talk = {
    say: (text) => said.push(text),
    show: (proposal, name) => said.push(proposalText(proposal, name, false)),
    confirm: async () => answers.shift() ?? true,
    during: (_, task) => task(),
  };
  const client = () => cloudFrontClient(timeoutSeconds === undefined ? {} : { timeoutSeconds });
  const run = async (errand: Pick<Errand, 'action' | 'propose'> & Partial<Errand>) =>
    carryOut(await client(), { root, distribution: ID, stage: 'dev', ...errand }, talk);
  const staged: StagedErrand = { root, distribution: ID, stage: 'dev', action: 'promote' };
  return {
    root,
    said,
    /** What the operator answers, in order; yes otherwise. */
    answers,
    records: () => readRecords(root, ID),
    async associate(init: Partial<Wanted> = {}, errand: Partial<Errand> = {}) {
      const propose = associationProposal(await client(), wanted(init));
      return run({ action: 'associate', propose, ...errand });
    },
    detach: (behaviors: readonly string[] = []) => {
      const records = readRecords(root, ID);
      return run({
        action: 'detach',
        propose: async ({ config }) =>
          proposalOf(planDetach(config, { behaviors, events: EDGE_EVENTS }, wanted().functions, records)),
      });
    },
    rollback: () => {
      const records = readRecords(root, ID);
      const changes = netChanges(records.at(-1)?.changes ?? []);
      const propose: Errand['propose'] = async ({ config }) => proposalOf(planRollback(config, changes, records));
      return run({ action: 'rollback', propose });
    },
    async stage(traffic: Traffic, init: Partial<Wanted> = {}) {
      const propose = associationProposal(await client(), wanted(init));
      const errand = { root, distribution: ID, stage: 'dev', action: 'associate' as const, propose };
      return stage(await client(), errand, traffic, talk);
    },
    promote: async (errand: Partial<StagedErrand> = {}) => promote(await client(), { ...staged, ...errand }, talk),
    abort: async (errand: Partial<StagedErrand> = {}) => abort(await client(), { ...staged, ...errand }, talk),
    /** As from another machine. */
    forget: () => rmSync(join(root, '.edgekeeper'), { recursive: true }),
    close: () => rmSync(root, { recursive: true }),
  };
}
