/** `cost`: what a month costs, beside the same traffic with Lambda@Edge functions alone. */
import { unexpected } from '../../config/errors.ts';
import { table } from '../table.ts';
import { ASSUMED } from './assumed.ts';
import { type Bill, billOf } from './bill.ts';
import { PRICED_PLACES, PRICES } from './prices.ts';
import type { Assumptions } from './usage.ts';

export interface CostOptions extends Assumptions {
  /** As written, `100M`; none: the three usual ones. */
  readonly requests: readonly string[];
  readonly freeTier?: boolean;
  readonly json?: boolean;
}

const USUAL = ['1M', '100M', '1000M'];

const MAX_REQUESTS = 1_000_000_000_000;

interface Compared {
  readonly requests: number;
  readonly edgekeeper: Bill;
  readonly lambdaEdge: Bill;
}

const PARTS: readonly [part: keyof Bill, name: string][] = [
  ['viewerRequest', 'viewer request'],
  ['originResponse', 'origin response'],
  ['health', 'health'],
  ['requests', 'HTTPS requests'],
  ['buckets', 'buckets: GET, replication'],
  ['total', 'total'],
  ['transfer', 'transfer to viewers, beside it'],
];

/** @throws {EdgeError} ERR_OPTION_INVALID for a number of requests that is none. */
export function cost(options: CostOptions): void {
  const { freeTier = false, json = false } = options;
  const assumed = Object.fromEntries(ASSUMED.map(({ name }) => [name, options[name]])) as unknown as Assumptions;
  const months = (options.requests.length === 0 ? USUAL : options.requests).map(requestsOf).map((requests) => ({
    requests,
    edgekeeper: billOf(requests, 'edgekeeper', assumed, freeTier),
    lambdaEdge: billOf(requests, 'lambda-edge', assumed, freeTier),
  }));
  process.stdout.write(
    json
      ? `${JSON.stringify({ currency: 'USD', freeTier, assumed, months, prices: PRICES })}\n`
      : shown(months, assumed, freeTier),
  );
}

function requestsOf(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,13}(?:\.\d{1,3})?)([KMG]?)$/i.exec(text) ?? [];
  const requests = Number(digits) * ({ K: 1e3, M: 1e6, G: 1e9 }[unit.toUpperCase()] ?? 1);
  if (digits !== '' && requests >= 1 && requests <= MAX_REQUESTS) return requests;
  throw unexpected('ERR_OPTION_INVALID', '--requests', 'a number of requests a month, such as 100M', text);
}

function shown(months: readonly Compared[], assumed: Assumptions, hasFreeTier: boolean): string {
  const head = ['', ...months.flatMap(({ requests }) => [millions(requests), 'Lambda@Edge'])];
  const rows = PARTS.map(([part, name]) => [
    name,
    ...months.flatMap(({ edgekeeper, lambdaEdge }) => [money(edgekeeper[part]), money(lambdaEdge[part])]),
  ]);
  const options = ASSUMED.map(({ flag, name, meaning }) => [`${flag} ${assumed[name]}`, meaning]);
  return [
    `USD a month, free tiers ${hasFreeTier ? 'taken off' : 'not taken off (--free-tier does)'}; beside it with Lambda@Edge alone:`,
    `one function for each request and one for each miss, without prober, drains and revocation.`,
    `\n${table(head, rows, true)}`,
    `Assumed:\n${table([], options)}`,
    `Prices of ${dates()} for ${PRICED_PLACES}.`,
    'Each has its page and date in cli/cost/prices.json. Storage, logs, alarms and WAF are not in it.\n',
  ].join('\n');
}

function dates(): string {
  const known = Object.values(PRICES)
    .map(({ date }) => date)
    .filter((date) => /^\d/.test(date))
    .sort();
  return `${known[0]} to ${known.at(-1)}`;
}

function millions(requests: number): string {
  return `${(requests / 1e6).toLocaleString('en-US', { maximumFractionDigits: 3 })}M`;
}

function money(usd: number): string {
  return usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
