/** What `associate --staging` has made so far, `.edgekeeper/associations/<distribution>/staging`, so that it can be cleared away. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Change } from './change.ts';

export interface Staged {
  /** Id of the staging distribution. */
  readonly staging: string;
  /** Of the policy, once there is one. */
  readonly policy: string | null;
  /** What the staging distribution has otherwise than its primary had. */
  readonly changes: readonly Change[];
  /** Digest of the primary's configuration that was copied; null: it was copied elsewhere. */
  readonly primary: string | null;
}

export function writeStaged(root: string, distribution: string, staged: Staged): void {
  const file = fileOf(root, distribution);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(staged, undefined, 2)}\n`, { mode: 0o600 });
}

/** Null: nothing was staged from this folder. */
export function readStaged(root: string, distribution: string): Staged | null {
  try {
    return JSON.parse(readFileSync(fileOf(root, distribution), 'utf8'));
  } catch {
    return null;
  }
}

export function removeStaged(root: string, distribution: string): void {
  rmSync(fileOf(root, distribution), { force: true });
}

function fileOf(root: string, distribution: string): string {
  return join(root, '.edgekeeper', 'associations', distribution, 'staging');
}
