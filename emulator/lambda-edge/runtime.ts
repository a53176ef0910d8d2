import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Clock, systemClock } from '../clock.ts';
import type { LambdaFunction } from '../distribution.ts';
import { LARGE_VALUE } from '../function-run.ts';
import { placeOf } from '../source-place.ts';
import { type WorkerFault, workerThread } from '../worker-thread.ts';
import type { LambdaCode } from './code.ts';

/** What a run of a function came to. Nothing of it is checked yet. */
export type LambdaOutcome = ({ readonly value: unknown } | { readonly error: string }) & {
  /** What it printed, and what it threw, with the place. */
  readonly lines: readonly string[];
  /** Of a value that is large, in characters of JSON. */
  readonly size?: number;
};

export interface LambdaRuntime {
  invoke(event: object): Promise<LambdaOutcome>;
  close(): Promise<void>;
}

/**
 * Lambda's own limit for loading the code.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
 */
const LOAD_LIMIT_MS = 10_000;

/** From this major version of Node.js on, Lambda's runtime has no callbacks. */
const FIRST_WITHOUT_CALLBACKS = 24;

/**
 * Up to Node.js 22, Lambda does not look into a file to see what kind of module it is, and cannot require a
 * module.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
const WITHOUT_LATER_LOADING = ['detect-module', 'require-module']
  .filter((name) => process.allowedNodeEnvironmentFlags.has(`--experimental-${name}`))
  .map((name) => `--no-experimental-${name}`);

/** Where Lambda starts another instance for each event that none is free for. */
const MAX_INSTANCES = 8;

/**
 * Runs a Lambda@Edge function in threads of its own, under its memory size and time limit, without the
 * environment of this process: an instance for each event at the same time, up to eight, the first with the first
 * event. Code that cannot be loaded fails at each event, as it does in Lambda. Where `clock` is not the machine's, the function's `Date`
 * begins each event with its time, and stands still where the clock does. `onLine` is told of what it prints
 * while there is no event.
 */
export function lambdaRuntime(
  definition: LambdaFunction,
  code: LambdaCode,
  clock: Clock,
  onLine: (line: string) => void,
): LambdaRuntime {
  const started = (): Instance => instance(definition, code, clock, onLine);
  const instances: Instance[] = [];
  let isClosed = false;
  const freest = (): Instance => {
    const [least] = [...instances].sort((a, b) => a.underWay() - b.underWay());
    if (least !== undefined && (least.underWay() === 0 || instances.length === MAX_INSTANCES)) return least;
    const another = started();
    instances.push(another);
    return another;
  };
  return {
    invoke: async (event) => (isClosed ? ENDED : freest().invoke(event)),
    close: async () => {
      isClosed = true;
      await Promise.all(instances.map((each) => each.close()));
    },
  };
}

/** Of what is closed, for a request that is under way still. */
const ENDED: LambdaOutcome = { error: 'Error: the function crashed', lines: ['Error: the function crashed'] };

interface Instance extends LambdaRuntime {
  /** Events that it has, or that wait for it. */
  underWay(): number;
}

function instance(
  definition: LambdaFunction,
  code: LambdaCode,
  clock: Clock,
  onLine: (line: string) => void,
): Instance {
  const { version, runtime, timeoutSeconds } = definition;
  const { map: _, ...loaded } = code;
  const name = `us-east-1.${definition.name}`;
  /** 0: nothing says. */
  const major = Number(/^nodejs(\d+)\./.exec(runtime ?? '')?.[1] ?? 0);
  const environment = environmentOf(definition, code, name);
  const time = () =>
    clock === systemClock ? null : { aheadMs: clock.now() - Date.now(), frozenAt: clock.isFrozen ? clock.now() : null };
  const lines: string[] = [];
  let underWay = 0;
  const thread = workerThread(
    () =>
      new Worker(new URL('./worker.js', import.meta.url), {
        workerData: {
          ...loaded,
          arn: `arn:aws:lambda:us-east-1:111122223333:function:${name}:${version}`,
          hasCallback: major < FIRST_WITHOUT_CALLBACKS,
          environment,
          timeoutMs: timeoutSeconds * 1000,
          time: time(),
        },
        env: environment,
        execArgv: major > 0 && major < FIRST_WITHOUT_CALLBACKS ? WITHOUT_LATER_LOADING : [],
        resourceLimits: { maxOldGenerationSizeMb: definition.memoryMegabytes },
      }),
    { load: LOAD_LIMIT_MS, message: timeoutSeconds * 1000 },
    (message) => {
      if (!('line' in message)) return;
      if (underWay > 0) lines.push(String(message.line));
      else onLine(String(message.line));
    },
  );
  return {
    underWay: () => underWay,
    async invoke(event) {
      underWay++;
      try {
        const answer = await thread.ask({ event: JSON.stringify(event), time: time() });
        const outcome = JSON.parse(String(answer)) as { value?: unknown; error?: unknown };
        if (outcome.error !== undefined) {
          return { error: String(outcome.error), lines: lines.splice(0).map((line) => withSourcePlaces(line, code)) };
        }
        const size = String(answer).length;
        return { value: outcome.value, lines: lines.splice(0), ...(size > LARGE_VALUE && { size }) };
      } catch (fault) {
        const error = `Error: the function ${fault as WorkerFault}`;
        return { error, lines: [...lines.splice(0), error] };
      } finally {
        underWay--;
      }
    },
    close: () => thread.close(),
  };
}

/** A line that names places in a bundle, by the places in the sources that it was built of. */
function withSourcePlaces(line: string, { file, map }: LambdaCode): string {
  if (map === undefined) return line;
  return line
    .split(file)
    .map((part, index) => {
      if (index === 0) return part;
      const [place, at, column] = /^:(\d+):(\d+)/.exec(part) ?? [];
      if (place === undefined) return file + part;
      return placeOf({ file, map }, { line: Number(at), column: Number(column) }) + part.slice(place.length);
    })
    .join('');
}

/** The reserved variables: a function at the edge has no others. */
function environmentOf(definition: LambdaFunction, code: LambdaCode, name: string): Record<string, string> {
  const { version, runtime } = definition;
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    ...(runtime !== null && { AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}` }),
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[${version}]${randomBytes(16).toString('hex')}`,
    AWS_REGION: 'us-east-1',
    LAMBDA_TASK_ROOT: dirname(code.file),
    TZ: ':UTC',
    _HANDLER: definition.handler,
  };
}
