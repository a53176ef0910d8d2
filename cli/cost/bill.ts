/** What a month costs. */
import { charged, type PriceName } from './prices.ts';
import { type Assumptions, type Kind, type Month, monthOf, type Usage } from './usage.ts';

/** USD by part; `total` is without the transfer to viewers, which no function changes. */
export type Bill = Readonly<Record<keyof Month | 'total', number>>;

/**
 * The free tiers count once for the whole month: where two parts have the same price, what the first leaves is
 * the second's.
 */
export function billOf(requests: number, kind: Kind, assumed: Assumptions, hasFreeTier: boolean): Bill {
  const month = monthOf(requests, kind, assumed);
  const before: Usage = {};
  const costOf = (usage: Usage): number =>
    Object.entries(usage).reduce((sum, [name, quantity]) => {
      const price = name as PriceName;
      const used = before[price] ?? 0;
      before[price] = used + quantity;
      return sum + charged(price, used + quantity, hasFreeTier) - charged(price, used, hasFreeTier);
    }, 0);
  const viewerRequest = costOf(month.viewerRequest);
  const originResponse = costOf(month.originResponse);
  const health = costOf(month.health);
  const viewers = costOf(month.requests);
  const buckets = costOf(month.buckets);
  return {
    viewerRequest,
    originResponse,
    health,
    requests: viewers,
    buckets,
    total: viewerRequest + originResponse + health + viewers + buckets,
    transfer: costOf(month.transfer),
  };
}
