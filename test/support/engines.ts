/** The engines that run the built viewer request function: the emulator's realm, and the real one. */
import { cloudFrontFunctionRuntime } from '../../emulator/cloudfront-functions/runtime.ts';
import { edgeLocationAt } from '../../emulator/edge-location.ts';
import { memoryStore } from '../../emulator/key-value-store.ts';
import type { viewerRequest } from './events.ts';
import { runNjs } from './njs.ts';
import { NOON, STATE } from './tokens.ts';

/** One run of the function. */
export interface Run {
  readonly event: ReturnType<typeof viewerRequest>;
  /** The value of `state` in the key value store; null: the store cannot be read. Default: one key. */
  readonly state?: string | null;
  /** What else is in the store. */
  readonly entries?: Readonly<Record<string, string>>;
  /** What fails when an entry other than `state` is asked for. */
  readonly failing?: 'exists' | 'get';
  /** Epoch seconds. Default: noon. */
  readonly now?: number;
  /** AWS region of the regional edge cache. Default: us-east-1. */
  readonly edgeCache?: string;
}

/** What the function returned, which origins it chose, and what it logged. */
export interface RunResult {
  // biome-ignore lint/suspicious/noExplicitAny: what a function returns is what the tests are about
  readonly value?: any;
  /** The id of an origin, or a group of two. */
  readonly origin?: string | { originIds: { originId: string }[]; failoverCriteria: { statusCodes: number[] } } | null;
  readonly lines: readonly string[];
  readonly error?: string;
}

export type Engine = (script: string, runs: readonly Run[]) => Promise<RunResult[]>;

export const inEmulator: Engine = async (script, runs) => {
  const results: RunResult[] = [];
  for (const failing of [undefined, 'exists', 'get'] as const) {
    const indexes = [...runs.keys()].filter((index) => runs[index]?.failing === failing);
    if (indexes.length === 0) continue;
    const store = memoryStore();
    const code = failing === undefined ? script : without(failing, script);
    const runtime = cloudFrontFunctionRuntime(
      { name: 'viewer-request', runtime: 'cloudfront-js-2.0', code, hasStore: true },
      store,
    );
    try {
      for (const index of indexes) {
        const { event, state = STATE, entries = {}, now = NOON, edgeCache = 'us-east-1' } = runs[index] as Run;
        for (const [key] of store.entries()) store.delete(key);
        for (const [key, value] of Object.entries({ ...entries, state })) if (value !== null) store.set(key, value);
        const outcome = await runtime.invoke(event, now * 1000, edgeLocationAt(edgeCache));
        const origin = 'origin' in outcome ? (outcome.origin?.arguments[0] ?? null) : undefined;
        results[index] = { ...outcome, origin } as RunResult;
      }
    } finally {
      await runtime.close();
    }
  }
  return results;
};

/** The emulator's store never fails; a method that it does not have fails as well. */
function without(method: 'exists' | 'get', script: string): string {
  const broken = script.replace(new RegExp(`\\.${method}\\((?!"state")`), '.noSuchMethod(');
  if (broken === script) throw new Error(`the script does not call ${method}`);
  return broken;
}

/** Stands in for the module `cloudfront`. */
const STUB = `
function answer(method, key, read) {
  var run = globalThis.__run;
  if (run.failing === method && key !== 'state') return Promise.reject(new Error('InternalError'));
  return new Promise(function (resolve) { resolve(read(key === 'state' ? run.state : run.entries[key])); });
}
function get(key, options) {
  return answer('get', key, function (value) {
    if (typeof value !== 'string') throw new Error('KeyNotFound');
    return options && options.format === 'json' ? JSON.parse(value) : value;
  });
}
function exists(key) {
  return answer('exists', key, function (value) { return typeof value === 'string'; });
}
export default {
  kvs: function () { return { get: get, exists: exists }; },
  get edgeLocation() { return { name: 'IAD', serverIp: '192.0.2.1', region: globalThis.__run.edgeCache }; },
  createRequestOriginGroup: function (parameters) { globalThis.__origin = parameters; },
  selectRequestOriginById: function (originId) { globalThis.__origin = originId; },
};
`;

/**
 * Runs one event after the other; each writes a line RUN, a line LOG for each that the function logs, and
 * a line DONE. The engine's console cuts a line after 2,048 characters: what is longer goes on in lines MORE.
 */
const DRIVER = `
var __print = console.log;
function __write(kind, value) {
  var json = JSON.stringify(value);
  __print.call(console, kind + json.slice(0, 1000));
  for (var i = 1000; i < json.length; i += 1000) __print.call(console, 'MORE' + json.slice(i, i + 1000));
}
console.log = function (line) { __write('LOG', line); };
function __go(index) {
  if (index === __runs.length) return;
  var run = __runs[index];
  globalThis.__run = run;
  globalThis.__origin = null;
  Date.now = function () { return run.now * 1000; };
  run.event.request.rawQueryString = function () { return run.event.rawQueryString; };
  __write('RUN', index);
  handler(run.event).then(function (value) {
    __write('DONE', { value: value, origin: globalThis.__origin });
    __go(index + 1);
  }, function (error) {
    __write('DONE', { error: String(error) });
    __go(index + 1);
  });
}
__go(0);
`;

export const inNjs: Engine = async (script, runs) => {
  const all = runs.map(({ event, state = STATE, entries = {}, failing, now = NOON, edgeCache = 'us-east-1' }) => ({
    event,
    state,
    entries,
    failing,
    now,
    edgeCache,
  }));
  const output = runNjs(`${script}\nvar __runs = ${JSON.stringify(all)};${DRIVER}`, STUB).replaceAll('\nMORE', '');
  return output
    .split(/^RUN.*\n/m)
    .slice(1)
    .map((text) => {
      const lines = text.trim().split('\n');
      const done = lines.pop() ?? '';
      return {
        ...JSON.parse(done.slice('DONE'.length)),
        lines: lines.map((line) => JSON.parse(line.slice('LOG'.length))),
      };
    });
};
