import { EdgeError } from '../config/errors.ts';
import { controlOf } from './store/local-store.ts';
import { ask } from './store/store-of-edge.ts';

export interface InvalidateOptions {
  readonly control?: string;
  readonly json?: boolean;
}

/**
 * Removes objects from the cache of the edge that runs here, or of the one that `--control` names.
 *
 * @throws {EdgeError} ERR_STORE_UNREACHABLE when no edge runs, ERR_OPTION_INVALID for a path that the edge refuses.
 */
export async function invalidate(root: string, paths: readonly string[], options: InvalidateOptions): Promise<void> {
  const control = await controlOf(root, options.control);
  if (control === undefined) {
    throw new EdgeError(
      'ERR_STORE_UNREACHABLE',
      'edge: expected one that runs here, got none (start "edgekeeper local")',
    );
  }
  const answer = await ask(control, '/invalidations', { method: 'POST', body: JSON.stringify({ paths }) });
  const { removed } = (await answer.json()) as { removed: number };
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ removed })}\n`
      : `Removed ${removed} ${removed === 1 ? 'object' : 'objects'} from the cache.\n`,
  );
}
