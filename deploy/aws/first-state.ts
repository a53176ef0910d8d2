/** What every function of ours reads, before anyone depends on it. */
import { EdgeError } from '../../config/errors.ts';
import { changeVersioned } from '../versioned-store.ts';
import type { AwsAccess } from './clients.ts';
import { deployedStore } from './key-value-store.ts';
import { deployedStack } from './stack.ts';

/**
 * Puts a `state` without keys into the store of a stack that has been deployed, when it has none; one that is
 * there, whatever it holds, is left alone. Returns the note for whoever deployed; undefined: nothing was written.
 *
 * @throws {EdgeError} with the command that makes up for it.
 */
export async function ensureState(access: AwsAccess, stack: string, stage: string): Promise<string | undefined> {
  const command = `npx edgekeeper keys add --stage ${stage}`;
  try {
    const { keyValueStoreArn } = await deployedStack(access, stack);
    if (keyValueStoreArn === undefined || !(await putState(access, keyValueStoreArn))) return undefined;
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error;
    const consequence = `the stack is deployed, but protected paths answer 503 until its store has a state: ${command}`;
    throw new EdgeError(error.code, `${error.message}; ${consequence}`);
  }
  return `The key value store has no signing key yet, so that no token is good. Add one: ${command}`;
}

async function putState(access: AwsAccess, arn: string): Promise<boolean> {
  const store = await deployedStore(access, arn);
  const written = await changeVersioned(store, async () =>
    (await store.get('state')) === undefined ? { state: EMPTY_STATE } : {},
  );
  return written > 0;
}

const EMPTY_STATE = JSON.stringify({ keys: {}, drained: {} });
