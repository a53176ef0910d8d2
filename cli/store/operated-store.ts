/** The key value store as an operator's command sees it, wherever it is. */
import type { KeyPrint } from '../../emulator/key-prints.ts';
import type { Changes } from '../../shared/store-changes.ts';

export interface OperatedStore {
  /** As messages call it. */
  readonly name: string;
  /** Undefined for a key that is not there. Secrets in `state` may be masked: see `change`. */
  get(key: string): Promise<string | undefined>;
  entries(prefix: string): Promise<[key: string, value: string][]>;
  /** The signing keys in `state`, without their secrets. */
  keys(): Promise<KeyPrint[]>;
  /**
   * Writes what `plan` returns after reading the store; plans again when somebody else has written
   * in between, so `plan` may run several times. Up to 50 keys are written together, all or none.
   * A masked secret stands for the one that is there. Returns how many keys were written.
   *
   * @throws {EdgeError} ERR_OPTION_INVALID for a value over its quota, or a `state` that the edge could not use.
   */
  change(plan: () => Promise<Changes>): Promise<number>;
}
