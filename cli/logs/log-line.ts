import type { LogEvent, LogGroup } from '../../deploy/aws/logs.ts';
import { parseJson } from '../../emulator/parse-json.ts';
import { asObject } from '../../shared/as-object.ts';

export interface LogLine {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly region: string;
  /** The function. */
  readonly writer: string;
  /** What our functions say; undefined for a line of somebody else: the platform, another's code. */
  readonly entry: Readonly<Record<string, unknown>> | undefined;
  /** Without what the platform puts before it; no control character reaches a terminal. */
  readonly text: string;
}

/** Lines that the platform writes around each run. */
const PLATFORM = /^(?:START (?:RequestId|DistributionID): |END$|END RequestId: |REPORT RequestId: |INIT_START )/;

/** What a runtime puts before a line of a function: `<time> <request> INFO`, or the request alone. */
const PREFIX = /^\d{4}-\S+Z\t\S+\t(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\t|^[\w=-]{50,} /;

export function logLine({ region, writer }: LogGroup, { id, time, message }: LogEvent): LogLine {
  const text = message.trim();
  const ours = asObject(parseJson(text.slice(Math.max(0, text.indexOf('{"edgekeeper":')))));
  const entry = ours?.edgekeeper === 1 ? ours : undefined;
  const shown = text.replace(PREFIX, '').replaceAll(/\p{Cc}+/gu, ' ');
  return { id, time, region, writer, entry, text: shown };
}

/** Whether the platform wrote it around a run. */
export function isPlatform({ entry, text }: LogLine): boolean {
  return entry === undefined && PLATFORM.test(text);
}

export function shownLine({ time, region, writer, entry, text }: LogLine): string {
  return `${new Date(time).toISOString()} ${region} ${writer} ${entry === undefined ? text : fields(entry)}\n`;
}

export function jsonLine({ time, region, writer, entry, text }: LogLine): string {
  const said = entry === undefined ? { text } : { entry };
  return `${JSON.stringify({ time: new Date(time).toISOString(), region, function: writer, ...said })}\n`;
}

function fields({ edgekeeper: _, ...entry }: Readonly<Record<string, unknown>>): string {
  const said = Object.entries(entry).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return said.join(' ').replaceAll(/\p{Cc}+/gu, ' ');
}
