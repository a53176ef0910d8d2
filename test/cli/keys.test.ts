import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { type Operated, operatedFolder } from '../support/operated.ts';
import { template } from '../support/template.ts';
import { OTHER_SECRET, SECRET, STATE } from '../support/tokens.ts';

let operated: Operated;
beforeEach(async () => {
  operated = await operatedFolder();
});
afterEach(() => operated.remove());

const run = (...args: string[]) => operated.run(args);
const keyFile = (kid: string) => join(operated.folder, '.edgekeeper', 'local', 'keys', kid);
const stateKeys = async () => JSON.parse((await operated.stored()).state ?? '{}').keys;

async function putOnDisk(kid: string, secret: string): Promise<void> {
  await mkdir(join(keyFile('.')), { recursive: true });
  await writeFile(keyFile(kid), `${secret}\n`, { mode: 0o600 });
}

describe('keys add', () => {
  test('makes a key that the store and this machine have, and says what to do with it', async () => {
    operated.store({ state: STATE, 'r:1': '2' });
    const { code, out } = await run('keys', 'add');
    const kid = /Added (k-\d{4}-\d\d-\d\d) to/.exec(out)?.[1] ?? '';
    expect(code).toBe(0);
    expect(out).toContain(`npx edgekeeper sign token --kid ${kid}\n`);
    expect(out).toContain('npx edgekeeper keys retire k1\n');
    const secret = (await readFile(keyFile(kid), 'utf8')).trim();
    expect(await operated.stored()).toEqual({
      state: JSON.stringify({ keys: { k1: SECRET, [kid]: secret }, drained: {} }),
      'r:1': '2',
    });
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect((await stat(keyFile(kid))).mode & 0o777).toBe(0o600);
    expect(out).not.toContain(secret);
    const token = (await run('sign', 'token', '--kid', kid)).out.trim();
    await jwtVerify(token, Buffer.from(secret, 'base64url'));
  });

  test('begins a store where there is none, and gives each key another id', async () => {
    await run('keys', 'add');
    await run('keys', 'add');
    const [first = '', second] = Object.keys(await stateKeys());
    expect(second).toBe(`${first}-2`);
    expect(await readdir(keyFile('.'))).toEqual([first, second]);
  });

  test.each(['file', '-'])('takes a secret from %s', async (from) => {
    const file = join(operated.folder, 'secret');
    if (from === 'file') await writeFile(file, `${OTHER_SECRET}\n`);
    const args = ['keys', 'add', '--kid', 'mine', '--secret', from === 'file' ? file : '-'];
    const { code, out } = await operated.run(args, from === '-' ? `${OTHER_SECRET}\n` : '');
    expect({ code, keys: await stateKeys() }).toEqual({ code: 0, keys: { mine: OTHER_SECRET } });
    expect(out).not.toContain(OTHER_SECRET);
    expect(await readFile(keyFile('mine'), 'utf8')).toBe(`${OTHER_SECRET}\n`);
  });

  test('puts a key into the store that this machine has already', async () => {
    await putOnDisk('mine', SECRET);
    const { code } = await run('keys', 'add', '--kid', 'mine', '--secret', keyFile('mine'));
    expect({ code, keys: await stateKeys() }).toEqual({ code: 0, keys: { mine: SECRET } });
  });

  test.each([
    {
      name: 'an id of the store',
      args: ['--kid', 'k1'],
      says: 'ERR_OPTION_INVALID: --kid: expected none of k1, disk, got "k1"',
    },
    {
      name: 'an id of another key on disk',
      args: ['--kid', 'disk'],
      says: 'ERR_OPTION_INVALID: --kid: expected none of k1, disk, got "disk"',
    },
    {
      name: 'an id that leaves the folder',
      args: ['--kid', '../x'],
      says: 'ERR_OPTION_INVALID: --kid: expected at most 40 of',
    },
    { name: 'an id that is hidden', args: ['--kid', '.x'], says: 'ERR_OPTION_INVALID: --kid: expected at most 40 of' },
    {
      name: 'an id of 41 characters',
      args: ['--kid', 'x'.repeat(41)],
      says: 'ERR_OPTION_INVALID: --kid: expected at most 40 of',
    },
    {
      name: 'no such file',
      args: ['--secret', SECRET],
      says: 'ERR_FILE_MISSING: --secret: expected a file, or - for standard input, got ENOENT',
    },
    {
      name: '31 bytes',
      input: 'x'.repeat(42),
      says: 'ERR_KEY_INVALID: --secret: expected base64url of at least 32 bytes, got another',
    },
    {
      name: 'base64 that is not base64url',
      input: `${'x'.repeat(43)}=`,
      says: 'ERR_KEY_INVALID: --secret: expected base64url',
    },
    {
      name: 'a secret that the state has no room for',
      input: 'x'.repeat(1000),
      says: 'ERR_OPTION_INVALID: state: expected at most 1024 bytes (keys that fit: 1), got ',
    },
  ])(
    'refuses $name in one line, and changes nothing',
    async ({ args = ['--kid', 'new', '--secret', '-'], input, says }) => {
      operated.store({ state: STATE });
      await putOnDisk('disk', OTHER_SECRET);
      const { code, out, err } = await operated.run(['keys', 'add', ...args], input);
      expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 1, out: '', lines: 1 });
      expect(err).toContain(says);
      expect(err).not.toContain(SECRET);
      expect(await operated.stored()).toEqual({ state: STATE });
      expect(await readdir(keyFile('.'))).toEqual(['disk']);
    },
  );

  test('an id of 40 characters is good', async () => {
    expect((await run('keys', 'add', '--kid', 'x'.repeat(40))).code).toBe(0);
  });

  test('says how many keys fit', async () => {
    const keys = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`k-2026-01-${10 + i}`, SECRET]));
    operated.store({ state: JSON.stringify({ keys, drained: {} }) });
    const { code, err } = await run('keys', 'add', '--kid', 'k-2026-01-26');
    expect({ code, err }).toEqual({
      code: 1,
      err: 'ERR_OPTION_INVALID: state: expected at most 1024 bytes (keys that fit: 16), got 1060; retire a key first\n',
    });
  });
});

describe('keys retire', () => {
  test('removes the key from the store and from this machine', async () => {
    operated.store({
      state: JSON.stringify({ keys: { k1: SECRET, k2: OTHER_SECRET }, drained: { 'us-east-1': 0 }, more: 1 }),
    });
    await putOnDisk('k1', SECRET);
    await putOnDisk('k2', OTHER_SECRET);
    expect(await run('keys', 'retire', 'k1')).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse((await operated.stored()).state ?? '')).toEqual({
      keys: { k2: OTHER_SECRET },
      drained: { 'us-east-1': 0 },
      more: 1,
    });
    expect(await readdir(keyFile('.'))).toEqual(['k2']);
  });

  test('removes a key that only this machine has', async () => {
    operated.store({ state: STATE });
    await putOnDisk('old', OTHER_SECRET);
    expect((await run('keys', 'retire', 'old')).out).toContain('Removed old from this machine');
    expect({ files: await readdir(keyFile('.')), stored: await operated.stored() }).toEqual({
      files: [],
      stored: { state: STATE },
    });
  });

  test('removes the last one only with --force', async () => {
    operated.store({ state: STATE });
    await putOnDisk('k1', SECRET);
    const refused = await run('keys', 'retire', 'k1');
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining('ERR_KEY_INVALID: kid: expected a key beside it in the store'),
    });
    expect([await readdir(keyFile('.')), await stateKeys()]).toEqual([['k1'], { k1: SECRET }]);
    expect((await run('keys', 'retire', 'k1', '--force')).code).toBe(0);
    expect([await readdir(keyFile('.')), await stateKeys()]).toEqual([[], {}]);
  });

  test.each(['k9', 'toString', '../../../secret'])('names the known ones instead of %s', async (kid) => {
    const outside = join(operated.folder, 'secret');
    await writeFile(outside, SECRET);
    operated.store({ state: STATE });
    await putOnDisk('old', OTHER_SECRET);
    expect(await run('keys', 'retire', kid)).toEqual({
      code: 1,
      out: '',
      err: `ERR_KEY_INVALID: kid: expected one of k1, old, got ${JSON.stringify(kid)}\n`,
    });
    expect(await readFile(outside, 'utf8')).toBe(SECRET);
  });

  test('leaves files outside alone, whatever the store names a key', async () => {
    const outside = join(operated.folder, 'secret');
    await writeFile(outside, SECRET);
    operated.store({ state: JSON.stringify({ keys: { k1: SECRET, '../../../secret': OTHER_SECRET } }) });
    expect((await run('keys', 'retire', '../../../secret')).code).toBe(0);
    expect(await readFile(outside, 'utf8')).toBe(SECRET);
  });
});

describe('keys list', () => {
  test.each(['file', 'edge'])(
    'tells where keys are and whether they match, with the store in the %s',
    async (place) => {
      const keys = { both: SECRET, differs: SECRET, long: `${SECRET}${SECRET}`, toString: SECRET };
      const state = JSON.stringify({ keys });
      if (place === 'file') operated.store({ state });
      else {
        edge.store.set('state', state);
        operated.announce(edge);
      }
      await putOnDisk('both', SECRET);
      await putOnDisk('differs', OTHER_SECRET);
      await putOnDisk('disk', SECRET);
      const { out, code } = await run('keys', 'list', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(out)).toEqual([
        { kid: 'both', inStore: true, onDisk: true, match: true, bytes: 32 },
        { kid: 'differs', inStore: true, onDisk: true, match: false, bytes: 32 },
        { kid: 'disk', inStore: false, onDisk: true, match: null, bytes: 32 },
        { kid: 'long', inStore: true, onDisk: false, match: null, bytes: 64 },
        { kid: 'toString', inStore: true, onDisk: false, match: null, bytes: 32 },
      ]);
      const table = await run('keys', 'list');
      expect(table.out.split('\n').slice(0, 4)).toEqual([
        'kid       store  disk  match  bytes',
        'both      yes    yes   yes    32',
        'differs   yes    yes   no     32',
        'disk      no     yes   -      32',
      ]);
      expect(out + table.out).not.toContain(SECRET);
    },
  );

  test('changes nothing where there is nothing', async () => {
    expect((await run('keys', 'list', '--json')).out).toBe('[]\n');
    expect(await readdir(operated.folder)).toEqual([]);
  });
});

let bench: TestBench;
let edge: TestEdge;
beforeAll(async () => {
  bench = await plainBench(template());
  edge = await bench.start();
});
afterAll(() => bench.close());

describe('with an edge that runs', () => {
  test('keys are added to its store and retired from it', async () => {
    edge.store.set('state', STATE);
    operated.announce(edge);
    expect((await run('keys', 'add', '--kid', 'k2')).out).toContain(`Added k2 to the edge at ${edge.control}.`);
    const secret = (await readFile(keyFile('k2'), 'utf8')).trim();
    expect(JSON.parse(edge.store.get('state') ?? '').keys).toEqual({ k1: SECRET, k2: secret });
    expect((await run('keys', 'retire', 'k1')).code).toBe(0);
    expect(JSON.parse(edge.store.get('state') ?? '').keys).toEqual({ k2: secret });
  });

  test('of keys that are added at once none is lost', async () => {
    edge.store.set('state', STATE);
    operated.announce(edge);
    const ended = await Promise.all([1, 2, 3, 4].map(() => run('keys', 'add')));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const { k1, ...added } = JSON.parse(edge.store.get('state') ?? '').keys;
    const files = await readdir(keyFile('.'));
    const onDisk = await Promise.all(files.map(async (kid) => [kid, (await readFile(keyFile(kid), 'utf8')).trim()]));
    expect(files).toHaveLength(4);
    expect({ k1, added }).toEqual({ k1: SECRET, added: Object.fromEntries(onDisk) });
  });

  test('one that does not answer is said to', async () => {
    const other = await bench.start();
    await other.close();
    expect(await run('keys', 'list', '--control', other.control)).toEqual({
      code: 1,
      out: '',
      err: `ERR_STORE_UNREACHABLE: ${other.control}: expected the control API of an edge, got ECONNREFUSED\n`,
    });
  });
});
