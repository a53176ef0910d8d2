/** The documented policies are those of the table, and the table is what commands really ask. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { invalidate } from '../../../cli/invalidate.ts';
import { addKey, listKeys, retireKey } from '../../../cli/keys.ts';
import { logs } from '../../../cli/logs/logs.ts';
import { revoke, revoked, unrevoke } from '../../../cli/revoke.ts';
import { status } from '../../../cli/status/status.ts';
import { ensureState } from '../../../deploy/aws/first-state.ts';
import { ACTIONS, COMMANDS, policyOf } from '../../../deploy/aws/permissions.ts';
import { permissionsSection } from '../../../deploy/aws/permissions-section.ts';
import { useAwsEnvironment } from '../../support/aws/access.ts';
import { actionsAsked, type Deployed, deployedService } from '../../support/aws/deployed.ts';
import { captured } from '../../support/captured.ts';
import { ROOT } from '../../support/service-copy.ts';
import { STATE } from '../../support/tokens.ts';

let deployed: Deployed;
beforeEach(async () => {
  deployed = await deployedService(STATE);
});
afterEach(() => deployed.close());
useAwsEnvironment(() => deployed.environment);

test('docs/operations.md prints the table', () => {
  const text = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const [section] = /^## Permissions\n[\s\S]*?(?=^## |(?![\s\S]))/m.exec(text) ?? [];
  expect(section?.trimEnd()).toBe(permissionsSection().trimEnd());
});

test('every action is some command’s, and granted on a resource', () => {
  const used = new Set<string>(Object.values(COMMANDS).flat());
  expect([...used].sort()).toEqual(Object.keys(ACTIONS).sort());
  expect(policyOf('invalidate').Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['cloudformation:DescribeStacks'],
      Resource: ['arn:aws:cloudformation:us-east-1:<account>:stack/<service>-<stage>/*'],
    },
    {
      Effect: 'Allow',
      Action: ['cloudfront:CreateInvalidation'],
      Resource: ['arn:aws:cloudfront::<account>:distribution/<id>'],
    },
  ]);
});

const AT = { stage: 'prod' };

/** `drain`, `undrain` and `regions` are held to it where they run, in test/cli/deployed-store.test.ts. */
const RUNS: readonly [keyof typeof COMMANDS, (root: string) => Promise<unknown>][] = [
  ['keys list', (root) => listKeys(root, AT)],
  [
    'keys add, keys retire',
    async (root) => {
      await addKey(root, { ...AT, kid: 'new' });
      await retireKey(root, 'new', AT);
    },
  ],
  [
    'revoke, unrevoke',
    async (root) => {
      await revoke(root, { ...AT, sid: 'x' });
      await unrevoke(root, { ...AT, sid: 'x' });
    },
  ],
  ['revoked', (root) => revoked(root, AT)],
  ['revoked --sid, revoked --sub', (root) => revoked(root, { ...AT, sub: 'x' })],
  [
    'revoked --prune',
    (root) => {
      deployed.store.content.set('r:old', '1');
      return revoked(root, { ...AT, prune: '1d' });
    },
  ],
  ['invalidate', (root) => invalidate(root, ['/x'], AT)],
  ['logs', (root) => logs(root, { ...AT, since: '1h' })],
  ['logs --retention', (root) => logs(root, { ...AT, since: '1h', retention: '7d' })],
  ['status', (root) => status(root, AT)],
];

test.each(RUNS)('%s asks for its actions alone', async (command, run) => {
  await captured(() => run(deployed.folder));
  expect(actionsAsked(deployed)).toEqual([...COMMANDS[command]].sort());
});

test('the plugin asks for its actions alone', async () => {
  deployed.store.content.delete('state');
  await ensureState({}, 'edgekeeper-prod', 'prod');
  expect(actionsAsked(deployed)).toEqual([...COMMANDS['serverless deploy (what the plugin asks after it)']].sort());
});
