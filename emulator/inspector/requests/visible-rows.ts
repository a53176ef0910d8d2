/** Which rows of a long list are in sight: only these are in the page. */

/** Rows beyond the edges, so that scrolling does not show gaps. */
const BEYOND = 10;

export interface VisibleRows {
  readonly first: number;
  /** One behind the last. */
  readonly end: number;
}

/** All lengths in pixels. A list that got shorter than where it is scrolled to shows its end. */
export function visibleRows(count: number, rowHeight: number, scrollTop: number, height: number): VisibleRows {
  const above = Math.min(scrollTop, Math.max(0, count * rowHeight - height));
  const first = Math.floor(above / rowHeight) - BEYOND;
  const end = Math.ceil((above + height) / rowHeight) + BEYOND;
  return { first: Math.max(0, first), end: Math.min(count, end) };
}
