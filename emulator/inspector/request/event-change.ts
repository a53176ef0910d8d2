/** What a function made of its event: the part of it that it gives back, before and after. */
import { diffLines } from 'diff';

export interface EventChange {
  readonly before: unknown;
  readonly after: unknown;
}

/** Null where it made something of its own: an answer in place of a request. */
export function eventChange(event: unknown, value: unknown): EventChange | null {
  const { request, response } = Object(Object(event).Records?.[0]?.cf ?? event);
  const after = Object(value);
  if (response !== undefined) return { before: response, after: value };
  return 'statusCode' in after || 'status' in after ? null : { before: request, after: value };
}

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Lines of the JSON of both, names in one order. Unchanged lines far from any change are left out. */
export function changedLines({ before, after }: EventChange): DiffLine[] {
  const parts = diffLines(jsonOf(before), jsonOf(after));
  const lines = parts.flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text): DiffLine => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text })),
  );
  return lines.filter((line, index) => isNearChange(lines, index) || line.kind !== 'same');
}

const LINES_AROUND = 3;

function isNearChange(lines: readonly DiffLine[], index: number): boolean {
  const near = lines.slice(Math.max(0, index - LINES_AROUND), index + LINES_AROUND + 1);
  return near.some(({ kind }) => kind !== 'same');
}

export function jsonOf(value: unknown): string {
  return `${JSON.stringify(inOrder(value), null, 2) ?? 'nothing'}\n`;
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, part]) => [name, inOrder(part)]));
}
