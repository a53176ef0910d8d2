import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileStore, memoryStore } from '../../emulator/key-value-store.ts';
import { ROOT } from '../support/service-copy.ts';

describe('a write', () => {
  test('puts and deletes together, and is one change', () => {
    const store = memoryStore({ a: '1', b: '2' });
    let calls = 0;
    store.onChange(() => calls++);
    store.write({ a: null, b: '3', c: '4', missing: null });
    expect({ entries: store.entries(), calls, version: store.version() }).toEqual({
      entries: [
        ['b', '3'],
        ['c', '4'],
      ],
      calls: 1,
      version: 1,
    });
  });

  test.each([
    { name: 'a value at its quota', changes: { a: 'x'.repeat(1024) }, taken: true },
    { name: 'a value over it', changes: { b: '2', a: 'x'.repeat(1025) }, taken: false },
    { name: 'a value over it in UTF-8 alone', changes: { b: '2', a: 'é'.repeat(513) }, taken: false },
    { name: 'a key at its quota', changes: { ['k'.repeat(512)]: '' }, taken: true },
    { name: 'a key over it', changes: { b: '2', ['k'.repeat(513)]: '' }, taken: false },
  ])('of $name: taken $taken, else nothing of it is', ({ changes, taken }) => {
    const store = memoryStore({ z: '1' });
    const write = (): void => store.write(changes);
    if (taken) write();
    else expect(write).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }));
    expect(Object.fromEntries(store.entries())).toEqual(taken ? { z: '1', ...changes } : { z: '1' });
  });

  test('that cannot be saved has no effect', () => {
    const store = memoryStore({ a: '1' }, () => {
      throw new Error('disk full');
    });
    expect(() => store.set('a', '2')).toThrow('disk full');
    expect(store.get('a')).toBe('1');
  });
});

describe('a store in a file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'edgekeeper-store-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is not made by reading, and is its owner’s alone', async () => {
    const file = join(folder, 'deep', 'kvs.json');
    const store = fileStore(file);
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
    store.set('a', '1');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(fileStore(file).entries()).toEqual([['a', '1']]);
  });

  test.each(['[]', '{"a":1}', '{"a":'])('is refused when it holds %s', async (text) => {
    const file = join(folder, 'bad.json');
    await writeFile(file, text);
    expect(() => fileStore(file)).toThrow('expected a JSON object of strings');
  });

  test('is never seen half-written, whoever writes it at once', async () => {
    const file = join(folder, 'kvs.json');
    const entries = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key ${i}`, 'x'.repeat(100)]));
    await writeFile(file, JSON.stringify(entries));
    const code = `
      import { fileStore } from './emulator/key-value-store.ts';
      const store = fileStore(${JSON.stringify(file)});
      for (let i = 0; i < 100; i++) store.set('last', String(i));`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
    let writers = 2;
    const written = [1, 2].map(() =>
      promisify(execFile)(process.execPath, args, { cwd: ROOT }).finally(() => writers--),
    );
    let reads = 0;
    for (; writers > 0; reads++)
      expect(Object.keys(JSON.parse(await readFile(file, 'utf8'))).length).toBeGreaterThan(4999);
    await Promise.all(written);
    expect(reads).toBeGreaterThan(0);
    expect(JSON.parse(await readFile(file, 'utf8')).last).toBe('99');
    expect((await readdir(folder)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });
});
