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
  /** By the same ids. */
  readonly sources: ReadonlyMap<string, OriginSource>;
  /** Where another protocol is spoken than CloudFront would speak, one line each. */
  readonly notices: readonly string[];
  /** Ends those that the next ones do not go on with. */
  close(next?: StandIns): Promise<void>;
}

/**
 * One for each origin that has a source: those of `before` where id and source are the same, with their faults.
 * When it throws, none is left running that was not before.
 *
 * @param onFailure told of what a request handler throws
 * @param onFault told when an origin was broken or repaired
 * @throws {EdgeError} ERR_OPTION_INVALID for what is no origin or no source; ERR_FILE_MISSING for a folder that is not there; ERR_LISTEN_FAILED.
 */
export async function startStandIns(
  origins: ReadonlyMap<string, Origin>,
  given: Readonly<Record<string, OriginSource>>,
  clock: Clock,
  onFailure: (error: unknown) => void,
  onFault: (id: string, fault: Fault | null) => void,
  before: StandIns | null = null,
): Promise<StandIns> {
  const sources = new Map(Object.entries(given));
  const all = new Map<string, StandIn>();
  const buckets = new Map<string, Bucket>();
  const close = async (next: StandIns | null): Promise<void> => {
    const ended = [...all].filter(([id, standIn]) => next?.all.get(id) !== standIn);
    await Promise.all(ended.map(([, standIn]) => standIn.close()));
  };
  try {
    for (const [id, source] of sources) {
      if (!origins.has(id)) {
        throw unexpected('ERR_OPTION_INVALID', 'origin', `one of ${[...origins.keys()].join(', ')}`, id);
      }
      const kept = before?.sources.get(id) === source ? before : null;
      const bucket = kept === null ? await bucketOf(source, id, clock) : kept.buckets.get(id);
      if (bucket !== undefined) buckets.set(id, bucket);
      const made = async () => bucket ?? (await serverOf(source, id, clock, onFailure));
      all.set(id, kept?.all.get(id) ?? telling(await made(), (fault) => onFault(id, fault)));
    }
  } catch (error) {
    await close(before);
    throw error;
  }
  for (const [id, bucket] of buckets) bucket.setPolicy(origins.get(id)?.bucketPolicy ?? null);
  const notices = [...origins.values()].flatMap((origin) => protocolNotice(origin, given[origin.id]));
  return { all, buckets, sources, notices, close: (next) => close(next ?? null) };
}

async function bucketOf(source: OriginSource, id: string, clock: Clock): Promise<Bucket | undefined> {
  if (typeof source !== 'string' || !isFolder(source)) return undefined;
  return startBucket({ folder: source, name: id, clock });
}

function serverOf(source: OriginSource, id: string, clock: Clock, onFailure: (error: unknown) => void) {
  return typeof source === 'function'
    ? startHandlerOrigin(source, id, clock, onFailure)
    : startRemoteOrigin(source, id, clock);
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
