/** What is left of a drill: a report, what is printed, and an exit code. */
import { relative, resolve } from 'node:path';
import type { Regions } from './measurements.ts';
import { type About, resultOf } from './result.ts';
import { summary } from './summary.ts';
import type { Watched } from './watch.ts';

export interface Concluded extends Omit<About, 'report'>, Watched {
  readonly regions: Regions;
}

export interface ConclusionOptions {
  readonly report: string;
  readonly json?: boolean;
}

/** Returns the exit code: 0; 1 when an objective was missed; 130, as of Ctrl-C, when it was ended early. */
export async function conclude(
  root: string,
  { runs, samples, regions, ...about }: Concluded,
  { report, json = false }: ConclusionOptions,
): Promise<number> {
  const file = resolve(root, report);
  const result = resultOf({ ...about, report: relative(root, file) }, runs, samples, regions);
  // Loaded here alone: other commands need none of what draws.
  const { writeReport } = await import('./report/page.ts');
  await writeReport(file, result, samples, regions.names);
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : summary(result));
  if (result.isInterrupted) return 130;
  return result.missed.length > 0 ? 1 : 0;
}
