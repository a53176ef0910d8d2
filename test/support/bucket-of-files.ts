/** A bucket over real files, some of which lead out of its folder. */
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ManualClock, manualClock } from '../../emulator/manual-clock.ts';
import { type Bucket, type BucketOptions, startBucket } from '../../emulator/s3/bucket.ts';

const NOON = Date.UTC(2026, 0, 1, 12);

/** Of all its files. */
export const MODIFIED = 'Thu, 01 Jan 2026 11:00:00 GMT';

/** Of `ten.txt`: `printf 0123456789 | md5sum` */
export const ETAG = '"781e5e245d69b566979b86e28d23f2c7"';

/** Of `empty.txt`. */
export const OTHER_ETAG = '"d41d8cd98f00b204e9800998ecf8427e"';

const FILES = {
  'ten.txt': '0123456789',
  'empty.txt': '',
  'index.html': '<p>start</p>',
  'folder/deep.json': '{}',
  'a b.txt': 'space',
  'a+b.txt': 'plus',
  'a%2Bb.txt': 'percent',
  'été/写真.txt': 'unicode',
  html: 'a name, not an extension',
  '..two-dots.txt': 'two dots',
  '.well-known/security.txt': 'contact',
  'unknown.qqq': '?',
};

export interface BucketOfFiles {
  readonly bucket: Bucket;
  /** The folder of its files. */
  readonly folder: string;
  /** The folder around that, with files that no key leads to. */
  readonly parent: string;
  readonly clock: ManualClock;
  /** Another bucket, over the same files unless told otherwise. */
  start(options?: Partial<BucketOptions>): Promise<Bucket>;
  closeOthers(): Promise<void>;
  close(): Promise<void>;
}

export async function bucketOfFiles(): Promise<BucketOfFiles> {
  const parent = await mkdtemp(join(tmpdir(), 'bucket-'));
  const folder = join(parent, 'us-east-1');
  const clock = manualClock(NOON);
  const others: Bucket[] = [];
  await writeFiles(parent, folder);
  const bucket = await startBucket({ folder, name: 'us-east-1', clock });
  return {
    bucket,
    folder,
    parent,
    clock,
    async start(options) {
      const made = await startBucket({ folder, name: 'us-east-1', clock, ...options });
      others.push(made);
      return made;
    },
    async closeOthers() {
      await Promise.all(others.splice(0).map((made) => made.close()));
    },
    async close() {
      await bucket.close();
      await rm(parent, { recursive: true });
    },
  };
}

async function writeFiles(parent: string, folder: string): Promise<void> {
  for (const [key, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), content);
    await utimes(join(folder, key), NOON / 1000, NOON / 1000 - 3600 + 0.4);
  }
  await writeFile(join(parent, 'secret.txt'), 'secret');
  await mkdir(join(parent, 'us-east-1-other'));
  await writeFile(join(parent, 'us-east-1-other', 'secret.txt'), 'secret');
  await symlink(join(parent, 'secret.txt'), join(folder, 'out.txt'));
  await symlink(join(parent, 'us-east-1-other'), join(folder, 'out'));
  await symlink('ten.txt', join(folder, 'alias.txt'));
  await symlink('loop.txt', join(folder, 'loop.txt'));
}
