/** `keys`: the signing keys in the store's `state`, and their files on this machine. */
import { readFileSync } from 'node:fs';
import { EdgeError, unexpected } from '../config/errors.ts';
import { keyPrint } from '../emulator/key-prints.ts';
import { MIN_KEY_BYTES } from '../shared/access/hs256.ts';
import { addLocalKey, isSecret, localKeys, newSecret, removeLocalKey } from './local-keys.ts';
import { meantStore, type StoreOptions } from './store/meant-store.ts';
import { storeState } from './store/store-state.ts';
import { table } from './table.ts';

export interface AddKeyOptions extends StoreOptions {
  readonly kid?: string;
  /** A file, or `-` for standard input: a secret is never an argument. */
  readonly secret?: string;
}

/** The name of a file, and shorter than what the control API masks as a secret. */
const KID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;

/** The store first: a key that it does not take leaves no file behind. */
export async function addKey(root: string, options: AddKeyOptions): Promise<void> {
  const { kid: wanted } = options;
  if (wanted !== undefined && !KID.test(wanted)) {
    throw unexpected('ERR_OPTION_INVALID', '--kid', 'at most 40 of letters, digits, ".", "_" and "-"', wanted);
  }
  const secret = options.secret === undefined ? newSecret() : secretFrom(options.secret);
  const store = await meantStore(root, options);
  const onDisk = localKeys(root);
  let kid = '';
  let others: string[] = [];
  await store.change(async () => {
    const state = storeState(await store.get('state'), store.name);
    // Written by an attempt whose answer was lost.
    if (kid !== '' && state.keys[kid] === secret) return {};
    others = Object.keys(state.keys);
    const files = onDisk.filter((key) => key.kid !== wanted || key.secret !== secret).map((key) => key.kid);
    kid = freeKid(wanted, [...others, ...files]);
    return { state: JSON.stringify({ ...state, keys: { ...state.keys, [kid]: secret } }) };
  });
  if (!onDisk.some((key) => key.kid === kid)) addLocalKey(root, { kid, secret });
  const next = others.map((other) => `  npx edgekeeper keys retire ${other}`);
  const lines = [
    `Added ${kid} to ${store.name}. Sign with it (it is in .edgekeeper/local/keys, too):`,
    `  npx edgekeeper sign token --kid ${kid}`,
    ...(next.length === 0 ? [] : ['When the last token signed with an older key has expired:', ...next]),
  ];
  process.stdout.write(
    options.json === true ? `${JSON.stringify({ kid, store: store.name })}\n` : `${lines.join('\n')}\n`,
  );
}

/** The one wanted, or one that says the day: `k-2026-11-22`, then `k-2026-11-22-2`. */
function freeKid(wanted: string | undefined, taken: readonly string[]): string {
  if (wanted !== undefined) {
    if (!taken.includes(wanted)) return wanted;
    throw unexpected('ERR_OPTION_INVALID', '--kid', `none of ${taken.join(', ')}`, wanted);
  }
  const today = `k-${new Date().toISOString().slice(0, 10)}`;
  let kid = today;
  for (let count = 2; taken.includes(kid); count++) kid = `${today}-${count}`;
  return kid;
}

/** Says neither what is in the file nor its name, which may be a secret given by mistake. */
function secretFrom(file: string): string {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new EdgeError('ERR_FILE_MISSING', `--secret: expected a file, or - for standard input, got ${code}`);
  }
  if (isSecret(text)) return text;
  throw new EdgeError(
    'ERR_KEY_INVALID',
    `--secret: expected base64url of at least ${MIN_KEY_BYTES} bytes, got another`,
  );
}

export interface RetireKeyOptions extends StoreOptions {
  readonly force?: boolean;
}

/** Out of the store, so that its tokens are refused, and off this machine. */
export async function retireKey(root: string, kid: string, options: RetireKeyOptions): Promise<void> {
  const store = await meantStore(root, options);
  const isOnDisk = localKeys(root).some((key) => key.kid === kid);
  let wasThere = false;
  await store.change(async () => {
    const state = storeState(await store.get('state'), store.name);
    const left = Object.entries(state.keys).filter(([other]) => other !== kid);
    if (left.length === Object.keys(state.keys).length) {
      if (isOnDisk || wasThere) return {};
      const known = [...new Set([...left.map(([other]) => other), ...localKeys(root).map((key) => key.kid)])];
      throw unexpected('ERR_KEY_INVALID', 'kid', `one of ${known.join(', ')}`, kid);
    }
    if (left.length === 0 && options.force !== true) {
      const expected = 'a key beside it in the store (--force removes the last one: no token is good then)';
      throw unexpected('ERR_KEY_INVALID', 'kid', expected, kid);
    }
    wasThere = true;
    return { state: JSON.stringify({ ...state, keys: Object.fromEntries(left) }) };
  });
  if (isOnDisk) removeLocalKey(root, kid);
  const done = wasThere
    ? `Retired ${kid} from ${store.name}: tokens signed with it are refused.`
    : `Removed ${kid} from this machine; ${store.name} did not have it.`;
  const json = { kid, store: store.name, retired: wasThere };
  process.stdout.write(options.json === true ? `${JSON.stringify(json)}\n` : `${done}\n`);
}

interface ListedKey {
  readonly kid: string;
  readonly inStore: boolean;
  readonly onDisk: boolean;
  /** Whether both hold the same key; null where only one of them has it. */
  readonly match: boolean | null;
  /** Length of the key, the store's where it has it. */
  readonly bytes: number;
}

export async function listKeys(root: string, options: StoreOptions): Promise<void> {
  const store = await meantStore(root, options);
  const stored = await store.keys();
  const local = localKeys(root).map(({ kid, secret }) => keyPrint(kid, secret));
  const kids = [...new Set([...stored, ...local].map(({ kid }) => kid))].sort();
  const listed = kids.map((kid): ListedKey => {
    const there = stored.find((key) => key.kid === kid);
    const here = local.find((key) => key.kid === kid);
    const match = there && here ? there.print === here.print : null;
    const bytes = (there ?? here)?.bytes ?? 0;
    return { kid, inStore: there !== undefined, onDisk: here !== undefined, match, bytes };
  });
  process.stdout.write(options.json === true ? `${JSON.stringify(listed)}\n` : shown(listed));
}

function shown(keys: readonly ListedKey[]): string {
  const rows = keys.map(({ kid, inStore, onDisk, match, bytes }) => [
    kid,
    said(inStore),
    said(onDisk),
    match === null ? '-' : said(match),
    String(bytes),
  ]);
  return table(['kid', 'store', 'disk', 'match', 'bytes'], rows);
}

function said(is: boolean): string {
  return is ? 'yes' : 'no';
}
