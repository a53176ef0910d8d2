import type { CloudFrontFunction } from '../distribution.ts';
import type { EdgeLocation } from '../edge-location.ts';
import { LARGE_VALUE } from '../function-run.ts';
import type { VisibleEntries } from '../key-value-store.ts';
import { type WorkerFault, workerThread } from '../worker-thread.ts';
import type { OriginCall } from './origin-call.ts';
import { placeIn } from './place.ts';
import { functionScript } from './script.ts';
import { type StartThread, startThread } from './thread.ts';

/** What a run of a function came to. Nothing of `value` and `origin` is checked yet. */
export type FunctionOutcome = (
  | { readonly value: unknown; readonly origin: OriginCall | null }
  | { readonly error: string }
) & {
  readonly lines: readonly string[];
  /** What it wrote for the access log, as it stands there; null: nothing. */
  readonly logData: string | null;
  /** Of a value that is large, in characters of JSON. */
  readonly size?: number;
};

export interface CloudFrontFunctionRuntime {
  /** `now` is epoch milliseconds, at which the function's clock stands still. */
  invoke(event: object, now: number, location: EdgeLocation): Promise<FunctionOutcome>;
  close(): Promise<void>;
}

/**
 * CloudFront ends a function after about a millisecond of computing. A shared machine cannot tell a
 * slow function from a busy machine at that scale; this limit is for those that never end.
 */
const LIMITS = { load: 10_000, message: 1_000 };

/**
 * @param start asked for each thread that the function is loaded in
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for code that does not parse.
 */
export function cloudFrontFunctionRuntime(
  definition: CloudFrontFunction,
  store: VisibleEntries,
  start: StartThread = startThread,
): CloudFrontFunctionRuntime {
  const { name, runtime, hasStore } = definition;
  const script = functionScript(definition);
  const thread = workerThread(() => {
    const started = start(runtime);
    started.postMessage({ name, hasStore, script, store: store.entries() });
    return started;
  }, LIMITS);
  const unsubscribe = store.onChange(() => thread.tell({ store: store.entries() }));
  return {
    async invoke(event, now, location) {
      try {
        const answer = await thread.ask({ event: JSON.stringify(event), now, location: JSON.stringify(location) });
        return outcomeOf(answer, definition);
      } catch (fault) {
        const error = `Error: the function ${fault as WorkerFault}`;
        return { error, lines: [error], logData: null };
      }
    },
    close() {
      unsubscribe();
      return thread.close();
    },
  };
}

/**
 * The engine's own text, but the function may have changed how it writes JSON. An error is the last of the
 * lines, with its place where the engine tells that.
 */
export function outcomeOf(answer: unknown, definition: CloudFrontFunction): FunctionOutcome {
  const { value, origin, logData, lines, error, stack } = JSON.parse(String(answer)) as Record<string, unknown>;
  const logged = withinLog(Array.isArray(lines) ? lines.map(String) : []);
  const field = typeof logData === 'string' ? logField(logData) : null;
  if (error !== undefined) {
    const place = placeIn(String(stack ?? ''), definition);
    const line = place === null ? String(error) : `${error} (${place})`;
    return { error: String(error), lines: [...logged, line], logData: field };
  }
  const size = String(answer).length;
  return {
    ...{ value, origin: originCallOf(origin), lines: logged, logData: field },
    ...(size > LARGE_VALUE && { size }),
  };
}

function originCallOf(origin: unknown): OriginCall | null {
  const { method, arguments: given } = Object(origin) as Record<string, unknown>;
  return typeof method === 'string' && Array.isArray(given) ? { method, arguments: given } : null;
}

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-logs.html */
const MAX_LOG_BYTES = 10 * 1024;

/** The lines of one run, as far as the log holds them. */
function withinLog(lines: readonly string[]): string[] {
  let left = MAX_LOG_BYTES;
  return lines.flatMap((line) => {
    const text = Buffer.from(line).subarray(0, left).toString();
    const isOver = left <= 0;
    left -= Buffer.byteLength(line);
    return isOver ? [] : [text];
  });
}

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/general-helper-methods.html#log-custom-data-method */
const MAX_LOG_DATA_BYTES = 800;

function logField(data: string): string {
  return encodeURIComponent(Buffer.from(data).toString()).slice(0, MAX_LOG_DATA_BYTES);
}
