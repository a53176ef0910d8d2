import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleBuckets } from '../../cli/sample-buckets.ts';

const REGIONS = [
  { region: 'eu-central-1', originId: 'primary' },
  { region: 'us-east-1', originId: 'second', prefix: '/site/v2' },
];

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'edgekeeper-samples-'));
});
afterEach(() => rm(root, { recursive: true }));

test('what a viewer asks for lies where the origin looks: under the prefix of the region', async () => {
  const buckets = await sampleBuckets(root, REGIONS, {}, '/health/ok.txt');
  for (const objects of [buckets.primary ?? '', join(buckets.second ?? '', 'site/v2')]) {
    const page = await readFile(join(objects, 'index.html'), 'utf8');
    for (const part of ['private', 'members'])
      expect(await readFile(join(objects, part, 'index.html'), 'utf8')).toBe(page);
    expect(await readFile(join(objects, 'health/ok.txt'), 'utf8')).toBe('ok\n');
  }
});

test('without a prober there is no canary', async () => {
  const { primary = '' } = await sampleBuckets(root, REGIONS, {}, null);
  await expect(readFile(join(primary, 'health/ok.txt'))).rejects.toThrow('ENOENT');
});

test('a folder that is there is left as it is', async () => {
  const { second = '' } = await sampleBuckets(root, REGIONS, {}, null);
  await writeFile(join(second, 'site/v2/index.html'), 'mine');
  await sampleBuckets(root, REGIONS, {}, null);
  expect(await readFile(join(second, 'site/v2/index.html'), 'utf8')).toBe('mine');
});

test('an origin with a stand-in has none', async () => {
  const buckets = await sampleBuckets(root, REGIONS, { primary: 'http://localhost:3000' }, null);
  expect(Object.keys(buckets)).toEqual(['second']);
});
