/** What a function was given and gave back, as it is kept of the latest requests: without bodies. */
import type { EdgeRequest } from './exchange.ts';
import type { StageName } from './trace.ts';

export interface FunctionRun {
  /** Milliseconds from the beginning of the request; the end includes the way to the function's thread and back. */
  readonly begin: number;
  readonly end: number;
  readonly event: unknown;
  /** Undefined: it failed. */
  readonly value: unknown;
  readonly error: string | null;
  readonly lines: readonly string[];
  /** Of a value that is large, in characters of JSON; 0: it is not. */
  readonly size: number;
}

/** Characters of JSON beyond which a value is large. */
export const LARGE_VALUE = 64 * 1024;

type Outcome = ({ readonly value: unknown } | { readonly error: string }) & {
  readonly lines: readonly string[];
  readonly size?: number;
};

/** The outcome, which is also told to the request's trace. */
export async function traced<T extends Outcome>(
  { trace }: EdgeRequest,
  stage: StageName,
  event: unknown,
  running: Promise<T>,
): Promise<T> {
  if (trace === undefined) return running;
  const begin = trace.now();
  const outcome = await running;
  const { lines, size = 0 } = outcome;
  const hasFailed = 'error' in outcome;
  const value = hasFailed ? undefined : outcome.value;
  const error = hasFailed ? outcome.error : null;
  trace.ran(stage, { begin, end: trace.now(), event, value, error, lines, size });
  return outcome;
}

/** Characters of a line beyond which it is cut. */
const MAX_LINE = 10 * 1024;
const MAX_LINES = 200;

export function keptRun(run: FunctionRun): FunctionRun {
  const isLong = run.lines.length > MAX_LINES || run.lines.some((line) => line.length > MAX_LINE);
  const { begin, end, error, size } = run;
  return {
    begin,
    end,
    event: withoutBody(run.event),
    value: keptValue(run.value, size),
    error,
    size,
    lines: isLong ? keptLines(run.lines).map(keptLine) : run.lines,
  };
}

/** The first and, since it may say where the function failed, the last. */
function keptLines(lines: readonly string[]): readonly string[] {
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES - 1), ...lines.slice(-1)] : lines;
}

/** Cut where no word is broken, so that what is secret in it is either whole or gone. */
export function keptLine(line: string): string {
  if (line.length <= MAX_LINE) return line;
  return `${line.slice(0, MAX_LINE).replace(/\S*$/, '')}... (${line.length} characters)`;
}

/** An event is as large as CloudFront's quotas let it be; what a function gives back may be of any size. */
function keptValue(value: unknown, size: number): unknown {
  const small = withoutBody(value);
  const isLarge = size > LARGE_VALUE && lengthOf(small) > LARGE_VALUE;
  return isLarge ? { cut: `a value of ${size} characters` } : small;
}

/** Of its JSON; what is nested so deep that it has none is as long as can be. */
function lengthOf(value: unknown): number {
  try {
    return (JSON.stringify(value) ?? '').length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** A body is at the top of a response, or in the request or response of an event. */
function withoutBody(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const owner = value as Record<string, unknown>;
  const { Records: records, request, response } = owner;
  if (Array.isArray(records)) {
    return { ...owner, Records: records.map((record) => ({ ...record, cf: withoutBody(Object(record).cf) })) };
  }
  if (hasBody(request) || hasBody(response)) {
    return {
      ...owner,
      ...(request !== undefined && { request: withoutBody(request) }),
      ...(response !== undefined && { response: withoutBody(response) }),
    };
  }
  return hasBody(owner) ? { ...owner, body: bodyNote(owner.body) } : value;
}

function hasBody(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'body' in value;
}

function bodyNote(body: unknown): unknown {
  if (typeof body === 'string') return { cut: `a body of ${body.length} characters` };
  const { data, ...others } = Object(body) as { data?: unknown };
  return typeof data === 'string' ? { ...others, data: { cut: `a body of ${data.length} characters` } } : null;
}
