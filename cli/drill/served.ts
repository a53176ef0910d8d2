/** Who was served from where. */
import { grouped } from './grouped.ts';
import type { PhaseResult } from './result.ts';
import { isFetched, type Sample } from './sample.ts';

export interface Served {
  readonly city: string;
  readonly region: string;
  /** Of the city's answers that were fetched for it. */
  readonly share: number;
}

/** By city and region, in alphabetical order. */
export function servedBy(samples: readonly Sample[]): Served[] {
  const byCity = grouped(samples.filter(isFetched), ({ city }) => city);
  const all = [...byCity.entries()].flatMap(([city, answers]) =>
    [...grouped(answers, ({ region }) => region).entries()].flatMap(([region, own]) =>
      city === null || region === null ? [] : [{ city, region, share: own.length / answers.length }],
    ),
  );
  return all.sort((a, b) => compared(a.city, b.city) || compared(a.region, b.region));
}

function compared(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Whether a request was due while something was broken. */
export function isDuringFault({ due }: Sample, phases: readonly PhaseResult[]): boolean {
  return phases.some(({ fault, repair, end }) => fault !== null && due >= fault * 1000 && due < (repair ?? end) * 1000);
}
