/** `logs`: what the functions said, wherever in the world they ran. */
import { setTimeout as waitFor } from 'node:timers/promises';
import { type EdgeError, unexpected } from '../../config/errors.ts';
import { edgeLogGroups, healthLogGroups, type LogGroup, type Logs, openLogs } from '../../deploy/aws/logs.ts';
import { accessOf } from '../aws-access.ts';
import { stackOf } from '../deployed-stack.ts';
import { secondsOf } from '../moment.ts';
import { gather } from './gathering.ts';
import { isPlatform, jsonLine, type LogLine, shownLine } from './log-line.ts';
import { retain } from './retention.ts';

export interface LogsOptions {
  readonly stage: string;
  readonly profile?: string;
  /** A duration. */
  readonly since: string;
  readonly reason?: string;
  readonly follow?: boolean;
  readonly json?: boolean;
  /** A duration of days. */
  readonly retention?: string;
}

/** How a command that follows tells the time, and waits; `wait` resolves to false to end it. */
export interface Pace {
  /** Epoch milliseconds. */
  now(): number;
  wait(): Promise<boolean>;
}

const EVERY_MILLISECONDS = 2000;

const REAL: Pace = { now: Date.now, wait: () => waitFor(EVERY_MILLISECONDS, true) };

/** In CloudWatch's syntax of filters a text that is anywhere in a line. */
export const OURS = '%edgekeeper%';

export async function logs(root: string, options: LogsOptions, pace: Pace = REAL): Promise<void> {
  const { stage, reason, json = false, follow = false } = options;
  const from = pace.now() - secondsOf('--since', options.since) * 1000;
  const access = accessOf(options);
  const stack = await stackOf(root, stage, access);
  const source = openLogs(access);
  if (options.retention !== undefined) return retain(source, edgeLogGroups(stack), options.retention, json);
  if (reason === '') throw unexpected('ERR_OPTION_INVALID', '--reason', 'one such as expired', reason);
  const print = (line: LogLine): void => {
    const isMeant = reason === undefined ? !isPlatform(line) : line.entry?.reason === reason;
    if (isMeant) process.stdout.write(json ? jsonLine(line) : shownLine(line));
  };
  const groups = [...edgeLogGroups(stack), ...healthLogGroups(stack)];
  const pattern = reason === undefined ? undefined : OURS;
  await read(source, groups, { from, follow, pattern, pace, print });
}

interface Reading {
  readonly from: number;
  readonly follow: boolean;
  readonly pattern: string | undefined;
  readonly pace: Pace;
  print(line: LogLine): void;
}

/** How far every poll looks back, for lines that come later than their time. */
const LATE_MILLISECONDS = 120_000;

/** Of so many polls one looks for groups that are new; the others ask those that are there. */
const POLLS_PER_SEARCH = 30;

async function read(source: Logs, all: readonly LogGroup[], reading: Reading): Promise<void> {
  const { follow, pattern, pace, print } = reading;
  const named = new Set<string>();
  let { from } = reading;
  let shown = new Set<string>();
  let known: readonly LogGroup[] = all;
  let poll = 0;
  do {
    const isSearch = poll++ % POLLS_PER_SEARCH === 0;
    const { lines, groups, unread } = await gather(source, isSearch ? all : known, from, pattern);
    for (const line of lines) if (!shown.has(line.id)) print(line);
    if (isSearch) known = groups;
    if (poll === 1) tellSilent(all, groups, new Set(unread.keys()));
    tellUnread(new Map([...unread].filter(([region]) => !named.has(region))));
    for (const region of unread.keys()) named.add(region);
    shown = new Set(lines.map(({ id }) => id));
    from = Math.max(from, (lines.at(-1)?.time ?? pace.now()) - LATE_MILLISECONDS);
  } while (follow && (await pace.wait()));
}

/** One line for all regions that refuse for one reason: those that an account has not enabled are many. */
function tellUnread(unread: ReadonlyMap<string, EdgeError>): void {
  const codes = new Set([...unread.values()].map(({ code }) => code));
  for (const code of codes) {
    const alike = [...unread].filter(([, error]) => error.code === code);
    const regions = alike.map(([region]) => region).join(', ');
    process.stderr.write(`note: not read: ${regions}: ${code}: ${alike[0]?.[1].message}\n`);
  }
}

/** A function has a log group where it ran, so that most regions have none. */
function tellSilent(all: readonly LogGroup[], found: readonly LogGroup[], unread: ReadonlySet<string>): void {
  const heard = new Set([...found.map(({ region }) => region), ...unread]);
  const silent = [...new Set(all.map(({ region }) => region))].filter((region) => !heard.has(region));
  if (silent.length > 0) process.stderr.write(`note: no log group in ${silent.join(', ')}\n`);
}
