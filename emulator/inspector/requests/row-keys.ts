/** Which row the keys lead to. */

/**
 * From 0; null: the key leads nowhere.
 *
 * @param row where one is; -1: nowhere yet
 * @param page how many rows are in sight
 */
export function rowAfter(key: string, row: number, count: number, page: number): number | null {
  const rows: Readonly<Record<string, number>> = {
    ArrowDown: row + 1,
    ArrowUp: row - 1,
    PageDown: row + page,
    PageUp: row - page,
    Home: 0,
    End: count - 1,
  };
  const wanted = rows[key];
  return wanted === undefined || count === 0 ? null : Math.max(0, Math.min(count - 1, wanted));
}
