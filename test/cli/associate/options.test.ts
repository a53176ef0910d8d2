import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { distributionId, eventsOf, wantedFunctions } from '../../../cli/associate/options.ts';
import { abortStaged } from '../../../cli/associate/staging.ts';
import { rollback } from '../../../cli/associate/undo.ts';
import { ORIGIN_RESPONSE } from '../../support/associate/wanted.ts';

const OPTIONS = { distribution: 'E1EXAMPLE', stage: 'dev' };

/** A folder without serverless.yml and without records. */
const NOWHERE = tmpdir();

const told = (run: () => unknown) =>
  (async () => run())().then(
    () => 'no error',
    ({ code, message }) => `${code}: ${message}`,
  );

test.each([
  { run: () => distributionId('E1EXAMPLE'), says: 'no error' },
  { run: () => distributionId('../E1EXAMPLE'), says: 'ERR_OPTION_INVALID: --distribution: expected an id' },
  {
    run: () => abortStaged(NOWHERE, { ...OPTIONS, stagingDistribution: 'x y' }),
    says: 'ERR_OPTION_INVALID: --staging-distribution: expected an id',
  },
  { run: () => eventsOf('viewer-request,origin-response'), says: 'no error' },
  {
    run: () => eventsOf('viewer-request,viewer'),
    says: 'ERR_OPTION_INVALID: --events: expected some of viewer-request',
  },
  {
    run: () => wantedFunctions(NOWHERE, { ...OPTIONS, function: [`origin-response=${ORIGIN_RESPONSE}`] }),
    says: 'no error',
  },
  {
    run: () => wantedFunctions(NOWHERE, { ...OPTIONS, function: ['origin-response=arn:x'] }),
    says: 'ERR_OPTION_INVALID: --function: expected an event',
  },
  {
    run: () => wantedFunctions(NOWHERE, { ...OPTIONS, function: [`response=${ORIGIN_RESPONSE}`] }),
    says: 'ERR_OPTION_INVALID: --function',
  },
  { run: () => wantedFunctions(NOWHERE, OPTIONS), says: 'ERR_FILE_MISSING: serverless.yml' },
  {
    run: () => rollback(NOWHERE, OPTIONS),
    says: 'ERR_FILE_MISSING: .edgekeeper/associations/E1EXAMPLE: expected the record',
  },
])('$says', async ({ run, says }) => {
  expect(await told(run)).toContain(says);
});
