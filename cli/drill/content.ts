/** Made-up objects in the place of a bucket's. */
import { copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';

/** Bytes of an object, by the end of its path: roughly a page, an answer of an API, and a second of film. */
const SIZES: Readonly<Record<string, number>> = { '.html': 8_000, '.json': 2_000, '.ts': 64_000 };

/** Writes an object for each path: the same bytes for each kind, once on the disk where it can link files. */
export async function writeObjects(folder: string, paths: readonly string[]): Promise<void> {
  const originals = join(folder, 'originals');
  await mkdir(originals, { recursive: true });
  for (const [end, bytes] of Object.entries(SIZES)) await writeFile(join(originals, `original${end}`), text(bytes));
  const all = [...new Set(paths)];
  const folders = new Set(all.map((path) => dirname(join(folder, path))));
  for (const needed of folders) await mkdir(needed, { recursive: true });
  for (const path of all) {
    const original = join(originals, `original${extname(path)}`);
    const object = join(folder, path);
    await link(original, object).catch(() => copyFile(original, object));
  }
}

function text(bytes: number): string {
  return 'A made-up object. '.repeat(bytes).slice(0, bytes);
}
