/** What stands in for each origin: a folder that is served as a bucket, a server elsewhere, or a request handler. */
import type { RequestListener } from 'node:http';
import { unexpected } from '../config/errors.ts';
import type { Clock } from './clock.ts';
import type { Origin } from './distribution.ts';
import type { Fault } from './fault.ts';
import { startHandlerOrigin } from './handler-origin.ts';
import { startRemoteOrigin } from './remote-origin.ts';
import { type Bucket, startBucket } from './s3/bucket.ts';
import type { StandIn } from './stand-in.ts';

/** A path of a folder, scheme, host and perhaps port of a server (`http://localhost:3000`), or a request handler. */
export type OriginSource = string | RequestListener;

export interface StandIns {
  /** Of each origin that has one, by its id. */
  readonly all: ReadonlyMap<string, StandIn>;
  /** Those of them that are folders. */
  readonly buckets: ReadonlyMap<string, Bucket>;
  /** Where another protocol is spoken than CloudFront would speak, one line each. */
  readonly notices: readonly string[];
}

/**
 * Starts one for each origin that has a source. What was started is in `running`, also when the next one fails.
 *
 * @param onFailure told of what a request handler throws
 * @param onFault told when an origin was broken or repaired
 * @throws {EdgeError} ERR_OPTION_INVALID for what is no origin or no source; ERR_FILE_MISSING for a folder that is not there; ERR_LISTEN_FAILED.
 */
export async function startStandIns(
  origins: ReadonlyMap<string, Origin>,
  sources: Readonly<Record<string, OriginSource>>,
  clock: Clock,
  running: (() => Promise<unknown>)[],
  onFailure: (error: unknown) => void,
  onFault: (id: string, fault: Fault | null) => void,
): Promise<StandIns> {
  const all = new Map<string, StandIn>();
  const buckets = new Map<string, Bucket>();
  for (const [id, source] of Object.entries(sources)) {
    const origin = origins.get(id);
    if (origin === undefined) {
      throw unexpected('ERR_OPTION_INVALID', 'origin', `one of ${[...origins.keys()].join(', ')}`, id);
    }
    if (typeof source === 'string' && isFolder(source)) {
      buckets.set(id, await startBucket({ folder: source, name: id, clock, policy: origin.bucketPolicy }));
    }
    const standIn =
      typeof source === 'function'
        ? await startHandlerOrigin(source, id, clock, onFailure)
        : (buckets.get(id) ?? (await startRemoteOrigin(source, id, clock)));
    running.push(() => standIn.close());
    all.set(
      id,
      telling(standIn, (fault) => onFault(id, fault)),
    );
  }
  const notices = [...origins.values()].flatMap((origin) => protocolNotice(origin, sources[origin.id]));
  return { all, buckets, notices };
}

/** The same stand-in, which tells of each change of its fault. */
function telling(standIn: StandIn, onFault: (fault: Fault | null) => void): StandIn {
  const setFault = async (fault: Fault | null): Promise<void> => {
    await standIn.setFault(fault);
    onFault(fault);
  };
  return Object.create(standIn, { setFault: { value: setFault, enumerable: true } });
}

/** Viewers of a distribution count as HTTPS viewers, which is what `match-viewer` goes by. */
function protocolNotice({ id, type, protocolPolicy }: Origin, source: OriginSource | undefined): string[] {
  if (typeof source !== 'string' || isFolder(source) || type === 's3') return [];
  const asked = protocolPolicy === 'http-only' ? 'http' : 'https';
  if (source.startsWith(`${asked}:`)) return [];
  const spoken = asked === 'http' ? 'HTTPS' : 'HTTP';
  return [`origin ${id}: ${spoken} is spoken, as its URL says; CloudFront would speak ${asked.toUpperCase()}`];
}

/** Whether it is a path, and not a URL. */
export function isFolder(source: string): boolean {
  return !/^[a-z][a-z\d+.-]*:\/\//i.test(source);
}
