import { EdgeError } from '../../config/errors.ts';
import { accessOf } from '../aws-access.ts';
import { outputOf, stackOf } from '../deployed-stack.ts';
import { localStore } from './local-store.ts';
import type { OperatedStore } from './operated-store.ts';
import { storeAtAws } from './store-at-aws.ts';

/** Whose store a command operates: without any of these the one of the edge on this machine. */
export interface StoreOptions {
  /** The control API of an edge. */
  readonly control?: string;
  /** The stage of the service, as it is deployed. */
  readonly stage?: string;
  /** The ARN of a store that is deployed. */
  readonly store?: string;
  /** Of AWS's own files, for these two. */
  readonly profile?: string;
  /** Print JSON. */
  readonly json?: boolean;
}

/**
 * The store that is meant.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for options that mean none, and what finding it throws.
 */
export async function meantStore(root: string, options: StoreOptions): Promise<OperatedStore> {
  const { control, stage, store, profile } = options;
  const access = accessOf(options);
  if (store !== undefined) return storeAtAws(access, store, store);
  if (stage === undefined) {
    if (profile === undefined) return localStore(root, control);
    throw new EdgeError('ERR_OPTION_INVALID', '--profile: expected --stage or --store beside it, got neither');
  }
  const stack = await stackOf(root, stage, access);
  return storeAtAws(access, outputOf(stack, 'keyValueStoreArn'), `the store of ${stack.name}`);
}
