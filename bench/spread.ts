/** The middle of several measurements, and the quarters on both sides of it: half of them lie between those. */
export interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number => {
    const place = (sorted.length - 1) * part;
    const [below = Number.NaN, above = Number.NaN] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below + (above - below) * (place % 1);
  };
  return { median: at(0.5), lower: at(0.25), upper: at(0.75) };
}

/** Of each round's measurement to the base's in the same round, when the machine was as busy. */
export function ratioSpread(values: readonly number[], base: readonly number[]): Spread {
  return spreadOf(values.map((value, round) => value / (base[round] ?? Number.NaN)));
}

/** `12.3 (11.9-13.0)`: half of the measurements lie in between. */
export function formatSpread({ median, lower, upper }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${lower.toFixed(digits)}-${upper.toFixed(digits)})`;
}

/** `<= 1.15 held`, by the median as it is printed; where the budget lies within the spread, that is said. */
export function formatBudget(spread: Spread, budget: number | undefined): string {
  return budget === undefined ? '' : formatBound(spread, '<=', budget);
}

/** Likewise of a budget that is a least: `>= 0.30 held`. */
export function formatFloor(spread: Spread, floor: number | undefined): string {
  return floor === undefined ? '' : formatBound(spread, '>=', floor);
}

function formatBound({ median, lower, upper }: Spread, sign: '<=' | '>=', bound: number): string {
  const printed = (value: number): number => Number(value.toFixed(2));
  const keeps = (value: number): boolean => (sign === '<=' ? printed(value) <= bound : printed(value) >= bound);
  const isClose = keeps(lower) !== keeps(upper);
  return `${sign} ${bound.toFixed(2)} ${keeps(median) ? 'held' : 'missed'}${isClose ? ', within the spread' : ''}`;
}
