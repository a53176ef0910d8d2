import type { EdgeRequest } from '../exchange.ts';
import { type ExchangeMask, exchangeMask } from '../masked-exchange.ts';
import type { Controlled } from './controlled.ts';
import { type KnownFunctions, shownStages } from './stages.ts';

/** What secrets are known by. */
export type Known = Pick<Controlled, 'originSecrets' | 'log'>;

/** Hides what is secret in this edge: the origins' custom headers, and what any request carries. */
export function maskOf({ originSecrets: custom, log }: Known): ExchangeMask {
  return exchangeMask({
    headers: new Set(custom.map(([name]) => name)),
    texts: custom.map(([, value]) => value),
    isPublic: (text) => log.recorded(`${text}==`) !== undefined,
  });
}

const NO_FUNCTIONS: KnownFunctions = { functions: [], codeOf: () => null };

/** What a request's credentials are known by. */
export type Visit = Pick<EdgeRequest, 'uri' | 'query' | 'headers' | 'trace'>;

/** The same mask, which then knows the credentials that a viewer sent, and those that came on the way. */
export function knowing(mask: ExchangeMask, { uri, query, headers, trace }: Visit): ExchangeMask {
  mask.path(uri);
  mask.query(query ?? '');
  mask.headers(headers);
  shownStages(trace?.stages() ?? [], NO_FUNCTIONS, mask);
  return mask;
}
