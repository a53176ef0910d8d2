import { unexpected } from '../../config/errors.ts';
import { localStoreFile } from '../local-keys.ts';
import type { OperatedStore } from './operated-store.ts';
import { runningEdge } from './running-edge.ts';
import { storeInFile } from './store-in-file.ts';
import { storeOfEdge } from './store-of-edge.ts';

/** Plain HTTP, so this machine alone: a new secret goes there. */
const LOOPBACK = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?\/?$/;

/**
 * The store of the edge at `control`; else of the one that runs in this folder; else its file.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for a `control` that is not on this machine.
 */
export async function localStore(root: string, control?: string): Promise<OperatedStore> {
  const found = await controlOf(root, control);
  return found === undefined ? storeInFile(localStoreFile(root)) : storeOfEdge(found);
}

/**
 * The control API at `control`; else of the edge that runs in this folder; undefined when none does.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for a `control` that is not on this machine.
 */
export async function controlOf(root: string, control?: string): Promise<string | undefined> {
  if (control === undefined) return runningEdge(root);
  if (LOOPBACK.test(control)) return control.replace(/\/$/, '');
  throw unexpected('ERR_OPTION_INVALID', '--control', 'an address such as http://localhost:8081', control);
}
