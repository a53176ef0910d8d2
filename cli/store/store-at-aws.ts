import type { AwsAccess } from '../../deploy/aws/clients.ts';
import { deployedStore } from '../../deploy/aws/key-value-store.ts';
import { changeVersioned } from '../../deploy/versioned-store.ts';
import { keyPrints } from '../../emulator/key-prints.ts';
import { checkState } from '../../emulator/usable-state.ts';
import type { OperatedStore } from './operated-store.ts';

/**
 * The key value store that is deployed. Secrets in `state` come as they are. A change takes CloudFront seconds,
 * at times a minute, to carry to every edge location.
 *
 * @param name as messages call it
 * @throws {EdgeError} ERR_OPTION_INVALID for what is no store's ARN; its methods throw what `awsFailure` makes.
 */
export async function storeAtAws(access: AwsAccess, arn: string, name: string): Promise<OperatedStore> {
  const store = await deployedStore(access, arn);
  return {
    name,
    get: store.get,
    entries: store.entries,
    keys: async () => keyPrints((await store.get('state')) ?? ''),
    change: (plan) =>
      changeVersioned(store, async () => {
        const changes = await plan();
        if (typeof changes.state === 'string') checkState(changes.state);
        return changes;
      }),
  };
}
