/** A folder in the place of each bucket that the operator gave no stand-in for, with something to fetch in it. */
import { cp, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Region } from '../shared/config.ts';
import { localFolder } from './local-keys.ts';

const SAMPLE = fileURLToPath(new URL('../emulator/sample', import.meta.url));

/**
 * The folders, by origin id. One that is new holds the sample content under the prefix of its region: public,
 * under `/private/` and under `/members/`.
 *
 * @param given the origins that have a stand-in
 * @param canary what a prober asks for, null without one
 */
export async function sampleBuckets(
  root: string,
  regions: readonly Region[],
  given: Readonly<Record<string, string>>,
  canary: string | null,
): Promise<Record<string, string>> {
  const folders: Record<string, string> = {};
  for (const { originId, prefix = '' } of regions) {
    if (given[originId] !== undefined) continue;
    const folder = join(localFolder(root), 'buckets', originId);
    const objects = join(folder, prefix);
    folders[originId] = folder;
    if (!(await exists(objects))) await writeSample(objects);
    if (canary !== null) await writeCanary(objects, canary);
  }
  return folders;
}

async function writeSample(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const part of ['', 'private', 'members']) await cp(SAMPLE, join(folder, part), { recursive: true });
}

/** What a prober asks for. */
export async function writeCanary(folder: string, path: string): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, 'ok\n');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
