/** Choices that come out the same for the same seed (the generator "mulberry32"). */
export interface Random {
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number;
  /** Whether something happens that does so this often, 0 to 1. */
  happens(share: number): boolean;
  oneOf<T>(values: readonly T[]): T;
  shuffled<T>(values: readonly T[]): T[];
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    below,
    happens: (share) => next() < share,
    oneOf: <T>(values: readonly T[]): T => values[below(values.length)] as T,
    shuffled<T>(values: readonly T[]): T[] {
      const left = [...values];
      return values.map(() => left.splice(below(left.length), 1)[0] as T);
    },
  };
}
