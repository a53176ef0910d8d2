/** What a month costs. */
import { charged, type PriceName } from './prices.ts';
import { type Assumptions, type Kind, type Month, monthOf, type Usage } from './usage.ts';

/** USD by part; `total` is without the transfer to viewers, which no function changes. */
export type Bill = Readonly<Record<keyof Month | 'total', number>>;

/** No two parts have a price in common of which some is free, so each is reckoned by itself. */
export function billOf(requests: number, kind: Kind, assumed: Assumptions, hasFreeTier: boolean): Bill {
  const month = monthOf(requests, kind, assumed);
  const costOf = (usage: Usage): number =>
    Object.entries(usage).reduce((sum, [name, quantity]) => sum + charged(name as PriceName, quantity, hasFreeTier), 0);
  const parts = {
    viewerRequest: costOf(month.viewerRequest),
    originResponse: costOf(month.originResponse),
    health: costOf(month.health),
    requests: costOf(month.requests),
    buckets: costOf(month.buckets),
  };
  const total = Object.values(parts).reduce((sum, usd) => sum + usd);
  return { ...parts, total, transfer: costOf(month.transfer) };
}
