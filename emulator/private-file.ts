import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces a file as a whole: whoever reads it finds the old text or the new one, never a part, also
 * when several processes write it at once. Its owner alone may read it.
 */
export function writePrivateFile(file: string, text: string): void {
  const next = `${file}.${process.pid}.new`;
  mkdirSync(dirname(file), { recursive: true });
  rmSync(next, { force: true });
  writeFileSync(next, text, { mode: 0o600, flag: 'wx' });
  renameSync(next, file);
}
