/** Lines of all regions, as one. */
import { EdgeError } from '../../config/errors.ts';
import type { LogGroup, Logs } from '../../deploy/aws/logs.ts';
import { type LogLine, logLine } from './log-line.ts';

export interface Gathered {
  /** In order of time. */
  readonly lines: readonly LogLine[];
  /** Those that are there. */
  readonly groups: readonly LogGroup[];
  /** Why a region could not be read, by region. */
  readonly unread: ReadonlyMap<string, EdgeError>;
}

/**
 * What the groups hold since `time`, in epoch milliseconds.
 *
 * @throws {EdgeError} what the first region says when none can be read.
 */
export async function gather(
  logs: Logs,
  groups: readonly LogGroup[],
  time: number,
  pattern?: string,
): Promise<Gathered> {
  const lines: LogLine[] = [];
  const found: LogGroup[] = [];
  const unread = new Map<string, EdgeError>();
  await Promise.all(
    groups.map(async (group) => {
      try {
        const events = await logs.eventsSince(group, time, pattern);
        if (events === undefined) return;
        found.push(group);
        for (const event of events) lines.push(logLine(group, event));
      } catch (error) {
        if (!(error instanceof EdgeError)) throw error;
        unread.set(group.region, error);
      }
    }),
  );
  const [refusal] = unread.values();
  if (refusal !== undefined && groups.every(({ region }) => unread.has(region))) throw refusal;
  lines.sort((one, other) => one.time - other.time || one.region.localeCompare(other.region));
  return { lines, groups: found, unread };
}
