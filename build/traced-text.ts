/** Text that is put together from parts of another, and knows where each of its characters was there. */
export interface TracedText {
  readonly text: string;
  /** By position; -1: it was nowhere. */
  readonly from: Int32Array;
}

export function wholeText(text: string): TracedText {
  return { text, from: Int32Array.from({ length: text.length }, (_, index) => index) };
}

export function partOf({ text, from }: TracedText, { start, end }: { start: number; end: number }): TracedText {
  return { text: text.slice(start, end), from: from.subarray(start, end) };
}

/** Strings among the parts were nowhere. */
export function joined(parts: readonly (TracedText | string)[], separator = ''): TracedText {
  const traced = parts.flatMap((part, index) =>
    index === 0 || separator === '' ? [tracedText(part)] : [tracedText(separator), tracedText(part)],
  );
  const text = traced.map((part) => part.text).join('');
  const from = new Int32Array(text.length);
  let length = 0;
  for (const part of traced) {
    from.set(part.from, length);
    length += part.from.length;
  }
  return { text, from };
}

function tracedText(part: TracedText | string): TracedText {
  return typeof part === 'string' ? { text: part, from: new Int32Array(part.length).fill(-1) } : part;
}
