/** Which deployment serves, and how the next one takes its place while requests are under way. */
import { isDeepStrictEqual } from 'node:util';
import { EdgeError } from '../config/errors.ts';
import type { EdgeCache } from './cache.ts';
import type { Deployment, DeploymentSource } from './deployment.ts';
import type { Distribution } from './distribution.ts';
import type { EdgeRequest, ViewerAnswer } from './exchange.ts';
import { type OpenAnswers, openAnswers } from './open-answers.ts';
import { behaviorFor } from './stages/01-behavior.ts';
import { type UpdateFailure, updateFailure } from './update-failure.ts';

/** What is given takes the place of what was; what is not stays, and its files are read anew. */
export interface EdgeChanges extends DeploymentSource {
  /** Empties the cache, too. Default: what is stored stays. */
  readonly clearCache?: boolean;
}

export interface ServedDeployment {
  readonly current: Deployment;
  /** Why the latest update did not come about; null: it did. */
  readonly failure: EdgeError | null;
  serve(request: EdgeRequest): Promise<ViewerAnswer>;
  /**
   * Puts the next deployment in the place of the current one, after all updates that were asked for before. Requests
   * that begin from now on wait for it.
   *
   * @throws {EdgeError} what `deploy` does, and what making the changes throws; the current one goes on then.
   */
  update(changes: EdgeChanges | (() => Promise<EdgeChanges>)): Promise<void>;
  /** Ends all deployments at once, whatever is under way. */
  close(): Promise<void>;
}

/** What outlasts the deployments. */
export interface DeploymentHost {
  readonly cache: EdgeCache;
  deploy(source: DeploymentSource, before: Deployment | null): Promise<Deployment>;
  /** Answers a request by a deployment. `open` counts what goes on without a viewer. */
  answer(request: EdgeRequest, deployment: Deployment, open: OpenAnswers): Promise<ViewerAnswer>;
}

/** For how long requests wait for an update, in milliseconds; then the current deployment serves them. */
const MAX_WAIT_MS = 10_000;

/** @throws {EdgeError} what `deploy` throws. */
export async function servedDeployment(first: DeploymentSource, host: DeploymentHost): Promise<ServedDeployment> {
  let source = first;
  let current = await host.deploy(first, null);
  let open = openAnswers();
  let failure: UpdateFailure | null = null;
  let isClosed = false;
  let latest: Promise<void> | null = null;
  let functionsEnded = Promise.resolve();
  let standInsEnded = Promise.resolve();
  const deployments = new Set([current]);

  async function replace({ clearCache = false, ...changes }: EdgeChanges): Promise<void> {
    if (isClosed) return;
    const changed = merged(source, changes);
    const next = await host.deploy(changed, current);
    deployments.add(next);
    if (isClosed) return closeAll();
    const [last, lastOpen] = [current, open];
    [source, current, open] = [changed, next, openAnswers()];
    failure = null;
    if (clearCache) host.cache.clear();
    else host.cache.removeWhere((uri) => !hasSamePolicy(uri, last.distribution, next.distribution));
    // In turn: what the next one goes on with may still be asked by the one before.
    functionsEnded = Promise.all([functionsEnded, lastOpen.whenMade()]).then(() => last.closeFunctions(next));
    standInsEnded = Promise.all([standInsEnded, lastOpen.whenSent()]).then(async () => {
      deployments.delete(last);
      await last.standIns.close(next.standIns);
    });
  }

  async function closeAll(): Promise<void> {
    isClosed = true;
    const all = [...deployments].flatMap(({ closeFunctions, standIns }) => [closeFunctions(), standIns.close()]);
    await Promise.all(all);
  }

  return {
    get current() {
      return current;
    },
    get failure() {
      return failure?.error ?? null;
    },
    async serve(request) {
      if (latest !== null) await withinTime(latest);
      const page = failure?.pageFor(request) ?? null;
      if (page !== null) return page;
      const [deployment, counting, failed] = [current, open, failure];
      const answer = await counting.counted(host.answer(request, deployment, counting));
      return failed === null ? answer : { ...answer, headers: [...answer.headers, failed.header] };
    },
    update(changes) {
      const before = latest ?? Promise.resolve();
      const done = before.then(async () => {
        try {
          await replace(typeof changes === 'function' ? await changes() : changes);
        } catch (error) {
          if (error instanceof EdgeError) failure = updateFailure(error);
          throw error;
        }
      });
      const settled: Promise<void> = done.then(
        () => {},
        () => {},
      );
      latest = settled;
      void settled.then(() => {
        if (latest === settled) latest = null;
      });
      return done;
    },
    close: closeAll,
  };
}

/** A template and a distribution's configuration take each other's place; what was found in one is not so in another. */
function merged(source: DeploymentSource, changes: DeploymentSource): DeploymentSource {
  const { template, distributionConfig, findings, ...rest } = source;
  const isOther = changes.template !== undefined || changes.distributionConfig !== undefined;
  return { ...(isOther ? rest : source), ...changes };
}

/** What was stored by another cache policy may be there under a key, or for a time, that the new one does not mean. */
function hasSamePolicy(uri: string, last: Distribution, next: Distribution): boolean {
  return isDeepStrictEqual(behaviorFor(last, uri).cachePolicy, behaviorFor(next, uri).cachePolicy);
}

async function withinTime(update: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, MAX_WAIT_MS);
  });
  await Promise.race([update, timeUp]);
  clearTimeout(timer);
}
