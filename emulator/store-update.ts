/** What the control API takes for the key value store. */
import { EdgeError } from '../config/errors.ts';
import { type Changes, MAX_UPDATED_KEYS } from '../shared/store-changes.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { unmaskedSecrets } from './secrets.ts';
import { checkState } from './usable-state.ts';

/**
 * The body of AWS's `UpdateKeys`: `{"Puts": [{"Key", "Value"}], "Deletes": [{"Key"}]}`.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for another body, or a `state` that the edge could not use.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-edit.html
 */
export function readUpdate(body: unknown, store: KeyValueStore): Changes {
  const { Puts: puts = [], Deletes: deletes = [] } = Object(body) as { Puts?: unknown; Deletes?: unknown };
  if (!isListOf(puts, ['Key', 'Value']) || !isListOf(deletes, ['Key'])) {
    throw new EdgeError(
      'ERR_OPTION_INVALID',
      'body: expected {"Puts":[{"Key","Value"}],"Deletes":[{"Key"}]}, got another',
    );
  }
  const count = puts.length + deletes.length;
  if (count > MAX_UPDATED_KEYS) {
    throw new EdgeError('ERR_OPTION_INVALID', `body: expected at most ${MAX_UPDATED_KEYS} keys, got ${count}`);
  }
  return Object.fromEntries([
    ...deletes.map(({ Key }) => [Key, null]),
    ...puts.map(({ Key = '', Value = '' }) => [Key, acceptedValue(store, Key, Value)]),
  ]);
}

function isListOf(list: unknown, fields: readonly string[]): list is Readonly<Record<string, string>>[] {
  return Array.isArray(list) && list.every((item) => fields.every((field) => typeof Object(item)[field] === 'string'));
}

/** The value as it is to be stored: a masked secret that comes back stands for the one that is there. */
export function acceptedValue(store: KeyValueStore, key: string, value: string): string {
  const unmasked = unmaskedSecrets(key, value, store.get(key));
  if (key === 'state') checkState(unmasked);
  return unmasked;
}
