/** What stands in for each origin: a folder that is served as a bucket, or a server elsewhere. */
import { unexpected } from '../config/errors.ts';
import type { Clock } from './clock.ts';
import type { Origin } from './distribution.ts';
import { startRemoteOrigin } from './remote-origin.ts';
import { type Bucket, startBucket } from './s3/bucket.ts';
import type { StandIn } from './stand-in.ts';

export interface StandIns {
  /** Of each origin that has one, by its id. */
  readonly all: ReadonlyMap<string, StandIn>;
  /** Those of them that are folders. */
  readonly buckets: ReadonlyMap<string, Bucket>;
  /** Where another protocol is spoken than CloudFront would speak, one line each. */
  readonly notices: readonly string[];
}

/**
 * Starts one for each origin that has a folder or a URL. What was started is in `running`, also when the
 * next one fails.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for what is no origin, and for an origin that has both; ERR_FILE_MISSING for a folder that is not there; ERR_LISTEN_FAILED.
 */
export async function startStandIns(
  origins: ReadonlyMap<string, Origin>,
  folders: Readonly<Record<string, string>>,
  urls: Readonly<Record<string, string>>,
  clock: Clock,
  running: (() => Promise<unknown>)[],
): Promise<StandIns> {
  for (const id of [...Object.keys(folders), ...Object.keys(urls)]) {
    if (origins.has(id)) continue;
    throw unexpected('ERR_OPTION_INVALID', 'origin', `one of ${[...origins.keys()].join(', ')}`, id);
  }
  const all = new Map<string, StandIn>();
  const buckets = new Map<string, Bucket>();
  for (const [id, { bucketPolicy: policy }] of origins) {
    const folder = folders[id];
    const url = urls[id];
    if (folder === undefined && url === undefined) continue;
    if (folder !== undefined && url !== undefined) {
      throw unexpected('ERR_OPTION_INVALID', `origin ${id}`, 'a folder or a URL', 'both');
    }
    if (folder !== undefined) buckets.set(id, await startBucket({ folder, name: id, clock, policy }));
    const standIn = buckets.get(id) ?? (await startRemoteOrigin(url ?? '', id, clock));
    running.push(() => standIn.close());
    all.set(id, standIn);
  }
  return { all, buckets, notices: [...origins.values()].flatMap((origin) => protocolNotice(origin, urls[origin.id])) };
}

/** Viewers of a distribution count as HTTPS viewers, which is what `match-viewer` goes by. */
function protocolNotice({ id, type, protocolPolicy }: Origin, url: string | undefined): string[] {
  if (url === undefined || type === 's3') return [];
  const asked = protocolPolicy === 'http-only' ? 'http' : 'https';
  if (url.startsWith(`${asked}:`)) return [];
  const spoken = asked === 'http' ? 'HTTPS' : 'HTTP';
  return [`origin ${id}: ${spoken} is spoken, as its URL says; CloudFront would speak ${asked.toUpperCase()}`];
}
