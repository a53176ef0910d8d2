/** The objects of a bucket: the files of a folder, by key. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';

export interface StoredObject {
  readonly key: string;
  readonly path: string;
  readonly size: number;
  /** Epoch milliseconds, cut to the whole seconds that HTTP dates have. */
  readonly modified: number;
  readonly md5: string;
}

/** Ways of the file system to say that a key has no file. */
const MISSING = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES'];

/** Objects by key. The MD5 of a file is computed when first asked for, and again when the file changes. */
export function objectsIn(root: string, signal: AbortSignal): (key: string) => Promise<StoredObject | null> {
  const known = new Map<string, { size: number; modified: number; md5: Promise<string> }>();

  function md5Of(path: string, size: number, modified: number): Promise<string> {
    const last = known.get(path);
    if (last?.size === size && last.modified === modified) return last.md5;
    const md5 = md5OfFile(path, signal);
    known.set(path, { size, modified, md5 });
    md5.catch(() => known.delete(path));
    return md5;
  }

  return async (key) => {
    if (!isFileKey(key)) return null;
    try {
      const path = await realpath(join(root, key));
      const file = await stat(path);
      if (!isWithin(root, path) || !file.isFile()) return null;
      const md5 = await md5Of(path, file.size, file.mtimeMs);
      return { key, path, size: file.size, modified: Math.floor(file.mtimeMs / 1000) * 1000, md5 };
    } catch (error) {
      if (MISSING.includes(codeOf(error))) return null;
      throw error;
    }
  };
}

/** S3 has no folders: a key is any text. Those that a file system would read as another key have no object here. */
function isFileKey(key: string): boolean {
  return !key.includes('\0') && key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return !isAbsolute(way) && way.split(sep)[0] !== '..';
}

async function md5OfFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk);
  return hash.digest('hex');
}

/** The code of a system error, `ENOENT`; of anything else, its text. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
