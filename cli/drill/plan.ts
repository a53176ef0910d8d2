/** Which viewer asks for what, and when: settled before the drill begins, and the same again for the same seed. */
import { createHash } from 'node:crypto';
import { CITIES } from '../../emulator/cities.ts';
import type { Scheduled } from './schedule.ts';
import type { DueRequest } from './viewers.ts';

/**
 * Requests at a steady rate. All cities take turns, in another order each time; each asks by turns for an object that
 * nobody has asked for yet, which is a miss, and for one of a few that all ask for.
 *
 * @param rate requests a second
 */
export function planned(schedule: readonly Scheduled[], rate: number, seed: string): DueRequest[] {
  const requests: DueRequest[] = [];
  let before: readonly DueRequest[] = [];
  for (const { phase, start, end } of schedule) {
    const count = Math.floor(((end - start) * rate) / 1000);
    const asked = phase.asksAgain ? repeated(before, count) : requestsOf(phase.name, count, seed);
    before = asked.map((request, index) => ({ ...request, phase: phase.name, due: start + (index * 1000) / rate }));
    requests.push(...before);
  }
  return requests;
}

type Asked = Pick<DueRequest, 'city' | 'path'>;

function repeated(requests: readonly Asked[], count: number): Asked[] {
  const rounds = requests.length === 0 ? 0 : Math.ceil(count / requests.length);
  return Array.from({ length: rounds }, () => requests)
    .flat()
    .slice(0, count);
}

function requestsOf(phase: string, count: number, seed: string): Asked[] {
  const rounds = Array.from({ length: Math.ceil(count / CITIES.length) }, (_, round) => {
    const cities = shuffled(`${seed} ${phase} ${round}`);
    return cities.map((city, place) => {
      const isNew = (CITIES.findIndex((other) => other.city === city) + round) % 2 === 0;
      const index = round * CITIES.length + place;
      return { city, path: pathOf(chosen(`${seed} ${phase} ${index}`), isNew ? `${phase}-${index}` : null) };
    });
  });
  return rounds.flat().slice(0, count);
}

/** The names of all cities. */
function shuffled(seed: string): string[] {
  const keyed = CITIES.map(({ city }) => ({ city, key: chosen(`${seed} ${city}`) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ city }) => city);
}

/** Of four requests one is for a page, one for JSON and two for segments. */
const KINDS = ['/pages/*.html', '/data/*.json', '/video/*.ts', '/video/*.ts'] as const;

/** Objects of each kind that all ask for. */
const POPULAR = 4;

/** @param name of an object of its own; null: one of those that all ask for */
function pathOf(number: number, name: string | null): string {
  const pattern = KINDS[number % KINDS.length] ?? KINDS[0];
  return pattern.replace('*', name ?? `popular-${Math.floor(number / KINDS.length) % POPULAR}`);
}

/** A number of 32 bits, always the same for the same text. */
function chosen(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}
