import type { CloudFrontFunction } from '../distribution.ts';
import type { EdgeLocation } from '../edge-location.ts';
import type { VisibleEntries } from '../key-value-store.ts';
import { type WorkerFault, workerThread } from '../worker-thread.ts';
import { functionScript } from './script.ts';

/** What a run of a function came to. Nothing of it is checked yet. */
export type FunctionOutcome =
  | { readonly value: unknown; readonly origin: unknown; readonly lines: readonly string[] }
  | { readonly error: string; readonly lines: readonly string[] };

export interface CloudFrontFunctionRuntime {
  /** `now` is epoch milliseconds, at which the function's clock stands still. */
  invoke(event: object, now: number, location: EdgeLocation): Promise<FunctionOutcome>;
  close(): Promise<void>;
}

/**
 * CloudFront ends a function after about a millisecond of computing. A shared machine cannot tell a
 * slow function from a busy machine at that scale; this limit is for those that never end.
 */
const LIMIT_MS = 1_000;

/** @throws {EdgeError} ERR_TEMPLATE_INVALID for code that does not parse. */
export function cloudFrontFunctionRuntime(
  definition: CloudFrontFunction,
  store: VisibleEntries,
): CloudFrontFunctionRuntime {
  const script = functionScript(definition.name, definition.code);
  const thread = workerThread(
    new URL('./worker.js', import.meta.url),
    () => ({ workerData: { name: definition.name, script, store: store.entries() }, env: {} }),
    LIMIT_MS,
  );
  const unsubscribe = store.onChange(() => thread.tell({ store: store.entries() }));
  return {
    async invoke(event, now, location) {
      try {
        const answer = await thread.ask({ event: JSON.stringify(event), now, location: JSON.stringify(location) });
        return outcomeOf(answer);
      } catch (fault) {
        return { error: `Error: the function ${fault as WorkerFault}`, lines: [] };
      }
    },
    close() {
      unsubscribe();
      return thread.close();
    },
  };
}

/** The realm's own text, but the function may have changed how the realm writes JSON. */
function outcomeOf(answer: unknown): FunctionOutcome {
  const { value, origin, lines, error } = JSON.parse(String(answer)) as Record<string, unknown>;
  const logged = Array.isArray(lines) ? lines.map(String) : [];
  if (error !== undefined) return { error: String(error), lines: logged };
  return { value, origin: origin ?? null, lines: logged };
}
