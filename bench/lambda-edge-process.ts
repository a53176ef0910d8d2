/**
 * Measures all ways to check each request, in one process of plain Node.js, and prints microseconds a call
 * by request and way. Bundled by the recipe of what is deployed; its argument is a file of `Task`.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { type Contender, contendersFor } from './lambda-edge-contenders.ts';
import type { Shown } from './members.ts';
import { inTurns } from './turns.ts';

export interface Task {
  /** The path of our bundle. */
  readonly bundle: string;
  readonly shown: readonly Shown[];
  readonly rounds: number;
  readonly calls: number;
}

/** By request, by way of checking it. */
export type Micros = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

/** Enough for the engine to have compiled what is called, before anything is measured. */
const WARM_UP_ROUNDS = 20;

async function main({ bundle, shown, rounds, calls }: Task): Promise<void> {
  const { handler } = createRequire(bundle)(bundle);
  const all = await Promise.all(
    shown.map(async (each) => ({ shown: each, contenders: await contendersFor(each, handler) })),
  );
  for (const { shown, contenders } of all) {
    for (const contender of contenders) await warmUp(contender, shown, calls * WARM_UP_ROUNDS);
  }
  const micros: Record<string, Record<string, readonly number[]>> = {};
  for (const { shown, contenders } of all) {
    const measured = await inTurns(shown.name, contenders, rounds, (contender) => timed(contender, shown, calls));
    micros[shown.name] = Object.fromEntries([...measured].map(([{ name }, times]) => [name, times]));
  }
  process.stdout.write(JSON.stringify(micros));
}

/** @throws when a contender does not let the viewer in: then its figure would be of something else. */
async function warmUp(contender: Contender, shown: Shown, calls: number): Promise<void> {
  const result = await contender.call(structuredClone(shown.event));
  if (!contender.admits(result)) throw new Error(`${shown.name}: expected to be let in by ${contender.name}`);
  await timed(contender, shown, calls);
}

/** Microseconds a call, one after the other. Only what is asynchronous is awaited. */
async function timed({ call }: Contender, { event }: Shown, calls: number): Promise<number> {
  const events = Array.from({ length: calls }, () => structuredClone(event));
  const start = performance.now();
  for (const each of events) {
    const result = call(each);
    if (result instanceof Promise) await result;
  }
  return ((performance.now() - start) * 1000) / calls;
}

main(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))).catch((error: Error) => {
  process.stderr.write(`bench: ${error.message}\n`);
  process.exitCode = 1;
});
