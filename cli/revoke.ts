/** `revoke`, `unrevoke` and `revoked`: sessions and viewers whose tokens are refused before they expire. */
import { EdgeError } from '../config/errors.ts';
import { REVOCATION_PREFIX, revocationKey } from '../shared/access/revocation.ts';
import { sha256 } from '../signing/digests.ts';
import { momentOf, secondsOf } from './moment.ts';
import { meantStore, type StoreOptions } from './store/meant-store.ts';

export interface ClaimOptions extends StoreOptions {
  readonly sid?: string;
  readonly sub?: string;
}

export interface RevokeOptions extends ClaimOptions {
  readonly at?: string;
}

/** An entry is only ever moved to a later time: what was refused once stays refused. */
export async function revoke(root: string, options: RevokeOptions): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const at = options.at === undefined ? now : momentOf('--at', options.at, now);
  const key = requiredKey(options);
  const store = await meantStore(root, options);
  let entry = String(at);
  const written = await store.change(async () => {
    const before = await store.get(key);
    entry = before === undefined || Number(before) < at ? String(at) : before;
    return entry === before ? {} : { [key]: entry };
  });
  const until = `tokens issued until ${said(timeOf(entry))} are refused`;
  const json = { store: store.name, changed: written > 0, ...listedEntry(key, entry) };
  const out = `${written > 0 ? 'Revoked' : 'Was revoked already'} in ${store.name}: ${until}.`;
  process.stdout.write(`${options.json === true ? JSON.stringify(json) : out}\n`);
  if (written > 0 && at > now) {
    process.stderr.write('note: that is to come, so tokens issued from now until then are refused as well\n');
  }
}

export async function unrevoke(root: string, options: ClaimOptions): Promise<void> {
  const key = requiredKey(options);
  const store = await meantStore(root, options);
  const written = await store.change(async () => ((await store.get(key)) === undefined ? {} : { [key]: null }));
  const json = { store: store.name, changed: written > 0 };
  const out = `${written > 0 ? 'No longer revoked' : 'Was not revoked'} in ${store.name}.`;
  process.stdout.write(`${options.json === true ? JSON.stringify(json) : out}\n`);
}

export interface RevokedOptions extends ClaimOptions {
  readonly prune?: string;
}

/** All entries, or whether one session or viewer is revoked; or removes those that no token can need. */
export async function revoked(root: string, options: RevokedOptions): Promise<void> {
  const key = keyOf(options);
  if (key !== undefined && options.prune !== undefined) {
    throw new EdgeError('ERR_OPTION_INVALID', '--prune: expected neither --sid nor --sub beside it, got one');
  }
  const { out, json } =
    options.prune !== undefined
      ? await pruned(root, options, secondsOf('--prune', options.prune))
      : await (key === undefined ? listed(root, options) : toldOf(root, options, key));
  process.stdout.write(options.json === true ? `${JSON.stringify(json)}\n` : out);
}

interface Told {
  readonly out: string;
  readonly json: object;
}

/**
 * Removes entries that are `seconds` old or older. With no token living longer than that, those
 * issued until then have expired. One that is no time revokes all tokens, and stays.
 */
async function pruned(root: string, options: RevokedOptions, seconds: number): Promise<Told> {
  const until = Math.floor(Date.now() / 1000) - seconds;
  const store = await meantStore(root, options);
  const removed = await store.change(async () => {
    const entries = await store.entries(REVOCATION_PREFIX);
    const old = entries.filter(([, entry]) => Number(entry) <= until);
    return Object.fromEntries(old.map(([key]) => [key, null]));
  });
  return { out: `Removed ${removed} ${removed === 1 ? 'entry' : 'entries'} from ${store.name}.\n`, json: { removed } };
}

async function listed(root: string, options: RevokedOptions): Promise<Told> {
  const store = await meantStore(root, options);
  const entries = (await store.entries(REVOCATION_PREFIX)).map(([key, entry]) => listedEntry(key, entry));
  const rows = entries.map(({ hash, since, time }) => `${hash}  ${since ?? '-'}  ${said(time)}\n`);
  return { out: rows.join('') || `Nothing is revoked in ${store.name}.\n`, json: entries };
}

async function toldOf(root: string, options: RevokedOptions, key: string): Promise<Told> {
  const store = await meantStore(root, options);
  const entry = await store.get(key);
  if (entry === undefined) return { out: `Not revoked in ${store.name}.\n`, json: { revoked: false } };
  const told = listedEntry(key, entry);
  const out = `Revoked in ${store.name}: tokens issued until ${said(told.time)} are refused.\n`;
  return { out, json: { revoked: true, ...told } };
}

interface ListedEntry {
  readonly hash: string;
  /** Epoch seconds; null for an entry that is no time, as `time` is: it revokes all tokens. */
  readonly since: number | null;
  /** ISO 8601. */
  readonly time: string | null;
}

function listedEntry(key: string, entry: string): ListedEntry {
  const time = timeOf(entry);
  return { hash: key.slice(REVOCATION_PREFIX.length), since: time === null ? null : Number(entry), time };
}

function timeOf(entry: string): string | null {
  const date = new Date(Number(entry) * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function said(time: string | null): string {
  return time ?? 'whenever';
}

function requiredKey(options: ClaimOptions): string {
  const key = keyOf(options);
  if (key !== undefined) return key;
  throw new EdgeError('ERR_OPTION_INVALID', '--sid or --sub: expected one of them, got neither');
}

/** The store's key for the claim given; undefined without one. What was given is never said again. */
function keyOf({ sid, sub }: ClaimOptions): string | undefined {
  if (sid !== undefined && sub !== undefined) {
    throw new EdgeError('ERR_OPTION_INVALID', '--sid or --sub: expected one of them, got both');
  }
  const value = sid ?? sub;
  if (value === undefined) return undefined;
  if (value === '') throw new EdgeError('ERR_OPTION_INVALID', '--sid or --sub: expected an id, got nothing');
  return revocationKey(sid === undefined ? 'sub' : 'sid', value, sha256);
}
