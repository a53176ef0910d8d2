/** Where a long list is scrolled to. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ShownEntry } from '../../control/answers.ts';

/** In pixels; the style sheet has the same. */
export const ROW_HEIGHT = 28;

interface BodyRef {
  readonly current: HTMLElement | null;
}

export function useScroll(ref: BodyRef): { readonly scrollTop: number; readonly height: number } {
  const [scroll, setScroll] = useState({ scrollTop: 0, height: 0 });
  useEffect(() => {
    const body = ref.current;
    if (body === null) return;
    const read = (): void => setScroll({ scrollTop: body.scrollTop, height: body.clientHeight });
    const resized = new ResizeObserver(read);
    resized.observe(body);
    body.addEventListener('scroll', read, { passive: true });
    return () => {
      resized.disconnect();
      body.removeEventListener('scroll', read);
    };
  }, [ref]);
  return scroll;
}

/** Keeps the rows in sight where they are when new ones come above them, unless the top is in sight. */
export function useSteadyRows(ref: BodyRef, entries: readonly ShownEntry[]): void {
  const newest = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const body = ref.current;
    const before = newest.current;
    newest.current = entries.at(-1)?.requestId;
    if (body === null || before === undefined || body.scrollTop === 0) return;
    const was = entries.findLastIndex(({ requestId }) => requestId === before);
    if (was >= 0) body.scrollTop += (entries.length - 1 - was) * ROW_HEIGHT;
  }, [ref, entries]);
}

/** Scrolls no further than it takes. */
export function reveal(body: HTMLElement, row: number): void {
  const top = row * ROW_HEIGHT;
  if (top < body.scrollTop) body.scrollTop = top;
  else if (top + ROW_HEIGHT > body.scrollTop + body.clientHeight) body.scrollTop = top + ROW_HEIGHT - body.clientHeight;
}
