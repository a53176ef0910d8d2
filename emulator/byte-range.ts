/** The bytes of an object that were asked for. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/**
 * What a `Range` header asks for. Null stands for all bytes: the answer to several ranges, and to
 * those that make no sense, such as `bytes=5-2`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 */
export function byteRange(field: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(field ?? '') ?? [];
  if (!first && !last) return null;
  const start = first ? Number(first) : Math.max(size - Number(last), 0);
  const end = first && last ? Number(last) : size - 1;
  if (first && last && end < start) return null;
  if (start >= size) return 'unsatisfiable';
  return { start, length: Math.min(end, size - 1) - start + 1 };
}

/**
 * What a `Range` header with one or more ranges asks for. Null, all bytes, is also the answer to ranges
 * that overlap or do not ascend; of several, those beyond the end are left out.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RangeGETs.html
 */
export function byteRanges(field: string | undefined, size: number): readonly ByteRange[] | 'unsatisfiable' | null {
  const specs = /^bytes=(.*)$/i.exec(field ?? '')?.[1]?.split(',') ?? [];
  const ranges = specs.map((spec) => byteRange(`bytes=${spec.trim()}`, size));
  if (ranges.length === 0 || ranges.includes(null)) return null;
  const satisfiable = ranges.filter((range): range is ByteRange => typeof range === 'object');
  if (satisfiable.length === 0) return 'unsatisfiable';
  const ends = satisfiable.map(({ start, length }) => start + length);
  return satisfiable.every(({ start }, i) => i === 0 || (ends[i - 1] as number) <= start) ? satisfiable : null;
}
