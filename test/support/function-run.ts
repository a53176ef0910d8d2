/** One run of a CloudFront Function, without an edge around it. */
import { njsRuntime } from '../../emulator/cloudfront-functions/njs-runtime.ts';
import { cloudFrontFunctionRuntime, type FunctionOutcome } from '../../emulator/cloudfront-functions/runtime.ts';
import type { CloudFrontFunction } from '../../emulator/distribution.ts';
import type { Engine } from '../../emulator/edge.ts';
import { edgeLocationAt } from '../../emulator/edge-location.ts';
import { memoryStore } from '../../emulator/key-value-store.ts';
import { viewerRequest } from './events.ts';
import { NOON } from './tokens.ts';

export interface RunInit {
  readonly engine?: Engine;
  readonly runtime?: CloudFrontFunction['runtime'];
  readonly hasStore?: boolean;
  readonly entries?: Readonly<Record<string, string>>;
  readonly event?: object;
}

/** What came of it; the time is noon. */
export async function runFunction(code: string, init: RunInit = {}): Promise<FunctionOutcome> {
  const { engine = 'realm', runtime = 'cloudfront-js-2.0', hasStore = true, entries = {} } = init;
  const store = memoryStore(entries);
  const definition = { name: 'function', runtime, code, hasStore };
  const running = engine === 'njs' ? njsRuntime(definition, store) : cloudFrontFunctionRuntime(definition, store);
  try {
    return await running.invoke(init.event ?? viewerRequest(), NOON * 1000, edgeLocationAt('us-east-1'));
  } finally {
    await running.close();
  }
}

/** The value of an expression in a handler; `cf` is the module of runtime 2.0. */
export async function evaluated(expression: string, init: RunInit = {}): Promise<unknown> {
  const load = init.runtime === 'cloudfront-js-1.0' ? '' : "import cf from 'cloudfront';";
  const outcome = await runFunction(`${load}function handler(event) { return ${expression}; }`, init);
  if ('error' in outcome) throw new Error(outcome.error);
  return outcome.value;
}
