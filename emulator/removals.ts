/** What was removed from a cache while fetches were under way: what they bring is as old, and not stored any more. */
export interface Removals {
  /** How many there have been: a fetch that begins now remembers it. */
  count(): number;
  add(isMeant: (key: string) => boolean): void;
  /** Whether a key was removed since there were so many. */
  hasSince(count: number, key: string): boolean;
}

/** Of a fetch that outlasts more of them the key counts as removed. */
const KEPT = 20;

export function removals(): Removals {
  let latest: ((key: string) => boolean)[] = [];
  let total = 0;
  return {
    count: () => total,
    add(isMeant) {
      latest = [...latest, isMeant].slice(-KEPT);
      total++;
    },
    hasSince(count, key) {
      const since = total - count;
      return since > KEPT || (since > 0 && latest.slice(-since).some((isMeant) => isMeant(key)));
    },
  };
}
