/** What counts as a change of watched files, and what an update is told of it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { liveEditing, type Update } from '../../cli/live/live-editing.ts';
import { type WatchedFiles, watchedFiles } from '../../cli/live/watched-files.ts';
import { EdgeError } from '../../config/errors.ts';

let folder: string;
let closing: { close(): void }[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'edgekeeper-watched-'));
  closing = [];
  for (const name of ['keys/a.pem', 'functions/lambda-edge/one.ts', 'serverless.yml']) await write(name, 'first');
});
afterEach(async () => {
  for (const part of closing) part.close();
  await rm(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(at(name)), { recursive: true });
  await writeFile(at(name), text);
}

const sources = () => ({ files: [at('keys/a.pem'), at('serverless.yml')], folders: [at('functions')] });

describe('a change', () => {
  let files: WatchedFiles;
  let noticed: () => void;
  beforeEach(() => {
    files = watchedFiles(() => noticed());
    closing.push(files);
    files.watch(sources());
  });

  test.each([
    { what: 'another text', name: 'serverless.yml', make: () => write('serverless.yml', 'second') },
    { what: 'another file in its place', name: 'keys/a.pem', make: replaced },
    { what: 'a file that is gone', name: 'serverless.yml', make: () => rm(at('serverless.yml')) },
    { what: 'a new file', name: 'functions/lambda-edge/two.ts', make: () => write('functions/lambda-edge/two.ts', '') },
    { what: 'one in a new folder', name: 'functions/new/deep/a.ts', make: () => write('functions/new/deep/a.ts', '') },
  ])('is $what', async ({ name, make }) => {
    const first = new Promise<void>((resolve) => {
      noticed = resolve;
    });
    await make();
    await first;
    expect(files.changed()).toEqual([at(name)]);
    expect(files.changed()).toEqual([]);
  });

  test('is one in a folder that is gone and back', async () => {
    const settled = () =>
      new Promise<void>((resolve) => {
        noticed = () => files.changed().includes(at('functions/lambda-edge/one.ts')) && resolve();
      });
    let next = settled();
    rmSync(at('functions'), { recursive: true });
    mkdirSync(at('functions/lambda-edge'), { recursive: true });
    writeFileSync(at('functions/lambda-edge/one.ts'), 'second');
    noticed();
    await next;
    // The watcher of the first folder may have told of all that until here.
    next = settled();
    await write('functions/lambda-edge/one.ts', 'third');
    await next;
  });

  test('is one in a folder that was not there, nor what it is in', async () => {
    files.watch({ files: [at('later/deep/a.pem')], folders: [] });
    const seen = new Promise<void>((resolve) => {
      noticed = resolve;
    });
    await write('later/deep/a.pem', 'first');
    await seen;
    expect(files.changed()).toEqual([at('later/deep/a.pem')]);
  });

  test.each([
    { what: 'a file in the place of its folder', make: () => writeFile(at('keys'), '') },
    { what: 'a ring of links in its place', make: () => symlink('keys', at('keys')) },
  ])('is one that is gone for $what', async ({ make }) => {
    noticed = () => {};
    await rm(at('keys'), { recursive: true });
    await make();
    expect(files.changed()).toEqual([at('keys/a.pem')]);
  });

  test('is not one beside the files, nor what an editor leaves in a folder', async () => {
    let count = 0;
    noticed = () => void count++;
    await write('keys/b.pem', 'other');
    for (const name of ['.one.ts.swp', 'one.ts~', '4913', 'node_modules/a.ts']) await write(`functions/${name}`, '');
    expect(files.changed()).toEqual([]);
    expect(count).toBe(0);
  });

  test('is what changed before the file was watched again, and not what is watched for the first time', async () => {
    noticed = () => {};
    await write('serverless.yml', 'second');
    await write('more.json', 'first');
    files.watch({ ...sources(), files: [at('serverless.yml'), at('more.json')] });
    expect(files.changed()).toEqual([at('serverless.yml')]);
  });
});

async function replaced(): Promise<void> {
  await write('keys/other', 'first');
  await rename(at('keys/other'), at('keys/a.pem'));
}

test('what an update could not do is told to the next', async () => {
  const told: string[][] = [];
  let isBroken = true;
  const source = {
    sources,
    async changes(changed: readonly string[]) {
      told.push(changed.map((file) => file.slice(folder.length + 1)));
      if (isBroken) throw new EdgeError('ERR_BUILD_FAILED', 'broken');
      return {};
    },
  };
  let tell: (update: Update) => void = () => {};
  const next = () =>
    new Promise<Update>((resolve) => {
      tell = resolve;
    });
  const update = async (made: Parameters<Parameters<typeof liveEditing>[0]['update']>[0]) => {
    if (typeof made === 'function') await made();
  };
  closing.push(liveEditing({ update }, source, (done) => tell(done)));
  for (const [name, broken] of [
    ['serverless.yml', true],
    ['functions/lambda-edge/one.ts', false],
    ['keys/a.pem', false],
  ] as const) {
    isBroken = broken;
    const done = next();
    await write(name, 'second');
    expect((await done).error === null).toBe(!broken);
  }
  const both = ['functions/lambda-edge/one.ts', 'serverless.yml'];
  expect(told).toEqual([['serverless.yml'], both, ['keys/a.pem']]);
});
