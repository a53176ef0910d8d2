/** The records of changes on disk, `.edgekeeper/associations/<distribution>/<id>.json`, which their owner alone may read. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EdgeError } from '../../config/errors.ts';
import type { ChangeRecord } from './record.ts';

const ID = /^\d{8}T\d{9}Z$/;

/** Sorts by time: `20261123T031500123Z`. */
export function recordId(now: number): string {
  return new Date(now).toISOString().replaceAll(/[-:.]/g, '');
}

export function writeRecord(root: string, record: ChangeRecord): void {
  const folder = folderOf(root, record.distribution);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${record.id}.json`);
  writeFileSync(`${file}.new`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Of a change that CloudFront did not take. */
export function removeRecord(root: string, { distribution, id }: ChangeRecord): void {
  rmSync(join(folderOf(root, distribution), `${id}.json`), { force: true });
}

/**
 * Of a distribution, oldest first.
 *
 * @throws {EdgeError} ERR_FILE_MISSING for a record that cannot be read.
 */
export function readRecords(root: string, distribution: string): ChangeRecord[] {
  const folder = folderOf(root, distribution);
  return namesIn(folder)
    .filter((name) => name.endsWith('.json') && ID.test(name.slice(0, -'.json'.length)))
    .sort()
    .map((name) => readRecord(join(folder, name)));
}

function readRecord(file: string): ChangeRecord {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new EdgeError('ERR_FILE_MISSING', `${file}: expected the record of a change, got something else`);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function folderOf(root: string, distribution: string): string {
  return join(root, '.edgekeeper', 'associations', distribution);
}
