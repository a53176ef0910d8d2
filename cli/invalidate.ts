import { EdgeError } from '../config/errors.ts';
import { createInvalidation } from '../deploy/aws/distribution.ts';
import { parseInvalidation } from '../emulator/invalidation.ts';
import { accessOf } from './aws-access.ts';
import { outputOf, stackOf } from './deployed-stack.ts';
import { controlOf } from './store/local-store.ts';
import { ask } from './store/store-of-edge.ts';

export interface InvalidateOptions {
  readonly control?: string;
  /** The stage whose distribution is meant. */
  readonly stage?: string;
  readonly profile?: string;
  readonly json?: boolean;
}

/**
 * Removes objects from the cache of the edge that runs here, of the one that `--control` names, or of the
 * distribution that is deployed.
 *
 * @throws {EdgeError} ERR_STORE_UNREACHABLE when no edge runs, ERR_OPTION_INVALID for a path that the edge refuses.
 */
export async function invalidate(root: string, paths: readonly string[], options: InvalidateOptions): Promise<void> {
  if (options.stage !== undefined) return invalidateDeployed(root, paths, options.stage, options);
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

async function invalidateDeployed(
  root: string,
  paths: readonly string[],
  stage: string,
  options: InvalidateOptions,
): Promise<void> {
  const patterns = parseInvalidation({ paths });
  const access = accessOf(options);
  const distribution = outputOf(await stackOf(root, stage, access), 'distributionId');
  const invalidation = await createInvalidation(access, distribution, patterns);
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ distribution, invalidation })}\n`
      : `Invalidation ${invalidation} of ${distribution} has begun; it takes CloudFront a minute or two.\n`,
  );
}
