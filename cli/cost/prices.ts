/** What AWS charges, with the page that says so. */
import file from './prices.json' with { type: 'json' };

export interface Price {
  readonly usd: number;
  /** Of how many the price is. */
  readonly per: number;
  /** How many a month AWS charges nobody for. */
  readonly free?: number;
  /** Prices from a quantity on, in rising order. */
  readonly tiers?: readonly { readonly from: number; readonly usd: number }[];
  readonly what: string;
  readonly source: string;
  /** When the source said so. */
  readonly date: string;
}

const { where, ...prices } = file;

export type PriceName = keyof typeof prices;

export const PRICES: Readonly<Record<PriceName, Price>> = prices;

/** The region and the price class that the prices are of. */
export const PRICED_PLACES = where;

/** USD for a quantity of a month; with the free tier, what is above it. */
export function charged(name: PriceName, quantity: number, hasFreeTier: boolean): number {
  const price = PRICES[name];
  const free = hasFreeTier ? Math.min(quantity, price.free ?? 0) : 0;
  return listed(price, quantity) - listed(price, free);
}

function listed({ usd, per, tiers = [] }: Price, quantity: number): number {
  const steps = [{ from: 0, usd }, ...tiers];
  return steps.reduce((sum, step, index) => {
    const end = Math.min(quantity, steps[index + 1]?.from ?? Number.POSITIVE_INFINITY);
    return sum + (Math.max(0, end - step.from) / per) * step.usd;
  }, 0);
}
