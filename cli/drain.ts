/** `drain`, `undrain` and `regions`: which regional buckets are asked, for how long they are not, and why. */
import { userInfo } from 'node:os';
import { unexpected } from '../config/errors.ts';
import type { Region } from '../shared/config.ts';
import { DRAIN_PREFIX } from '../shared/state.ts';
import { timeText } from '../shared/time-text.ts';
import type { DrainNote } from './drain-note.ts';
import { writeDrain, writeUndrain } from './drain-writing.ts';
import { type ListedRegion, listedRegion } from './drains.ts';
import { secondsOf } from './moment.ts';
import { packagedSettings } from './service.ts';
import { meantStore, type StoreOptions } from './store/meant-store.ts';
import { storeState } from './store/store-state.ts';
import { table } from './table.ts';

export interface DrainOptions extends StoreOptions {
  /** A duration; absent: until further notice. */
  readonly for?: string;
  readonly reason?: string;
  readonly hard?: boolean;
  readonly force?: boolean;
}

/** A region is asked last from the next request on; with `hard`, not at all. */
export async function drain(root: string, region: string, options: DrainOptions): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const until = options.for === undefined ? 0 : now + secondsOf('--for', options.for);
  const note = noteOf(options, now);
  const regions = await regionsOf(root, options, region);
  const store = await meantStore(root, options);
  await writeDrain(store, regions, region, { ...options, until, note, now });
  const how = options.hard === true ? 'is not asked' : 'is asked last';
  const json = { region, store: store.name, hard: options.hard === true, until: until === 0 ? null : timeText(until) };
  const out = `Drained ${region} in ${store.name}: it ${how} ${untilText(until)}.`;
  process.stdout.write(`${options.json === true ? JSON.stringify(json) : out}\n`);
}

export async function undrain(root: string, region: string, options: StoreOptions): Promise<void> {
  await regionsOf(root, options, region);
  const store = await meantStore(root, options);
  const written = await writeUndrain(store, region);
  const done = written > 0 ? `${region} is asked as ever` : `${region} was not drained`;
  const json = { region, store: store.name, changed: written > 0 };
  process.stdout.write(`${options.json === true ? JSON.stringify(json) : `${done} in ${store.name}.`}\n`);
}

export async function listRegions(root: string, options: StoreOptions): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const regions = await regionsOf(root, options);
  const store = await meantStore(root, options);
  const state = storeState(await store.get('state'), store.name);
  const notes = new Map(await store.entries(DRAIN_PREFIX));
  const listed = regions.map(({ region }) => listedRegion(region, state, notes.get(DRAIN_PREFIX + region), now));
  process.stdout.write(options.json === true ? `${JSON.stringify(listed)}\n` : shown(listed));
}

function shown(regions: readonly ListedRegion[]): string {
  const head = ['region', 'state', 'until', 'reason', 'by', 'since'];
  const rows = regions.map(({ region, state, until, reason, by, since }) => [
    region,
    state,
    until ?? (state === 'open' ? '-' : 'further notice'),
    reason ?? '-',
    by ?? '-',
    since ?? '-',
  ]);
  return table(head, rows);
}

/** Of the settings; with `region` among them. @throws {EdgeError} ERR_OPTION_INVALID */
async function regionsOf(root: string, { stage }: StoreOptions, region?: string): Promise<readonly Region[]> {
  const { regions } = (await packagedSettings(root, stage)).config;
  if (region === undefined || regions.some((known) => known.region === region)) return regions;
  const known = regions.map((other) => other.region).join(', ');
  throw unexpected('ERR_OPTION_INVALID', 'region', `one of ${known}`, region);
}

/** A reason that a value of the store, of 1,024 bytes, holds beside the rest. */
const MAX_REASON_LENGTH = 200;

function noteOf({ reason }: DrainOptions, now: number): DrainNote {
  if (reason !== undefined && reason.length > MAX_REASON_LENGTH) {
    throw unexpected('ERR_OPTION_INVALID', '--reason', `at most ${MAX_REASON_LENGTH} characters`, reason.length);
  }
  return { reason: reason ?? null, by: userInfo().username, since: timeText(now) };
}

function untilText(until: number): string {
  return until === 0 ? 'until further notice' : `until ${timeText(until)}`;
}
