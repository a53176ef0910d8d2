/** What the calculator assumes of a service, each an option with its default. */
import type { Assumptions } from './usage.ts';

export interface AssumedOption {
  readonly name: keyof Assumptions;
  /** As on the command line; in camel case the name. */
  readonly flag: string;
  readonly value: number;
  readonly most: number;
  readonly meaning: string;
}

const SHARE = 1;
const COUNT = 1_000_000_000;

export const ASSUMED: readonly AssumedOption[] = [
  { name: 'hitRatio', flag: '--hit-ratio', value: 0.9, most: SHARE, meaning: 'share of requests that a cache answers' },
  { name: 'bytes', flag: '--bytes', value: 50_000, most: COUNT, meaning: 'bytes of a response' },
  {
    name: 'protected',
    flag: '--protected',
    value: 0.2,
    most: SHARE,
    meaning: 'share of requests to protected paths',
  },
  {
    name: 'members',
    flag: '--members',
    value: 0.1,
    most: SHARE,
    meaning: 'share of these that the Lambda@Edge function checks; the others have HS256 tokens',
  },
  {
    name: 'storeReads',
    flag: '--store-reads',
    value: 1,
    most: 10,
    meaning: 'reads of the key value store by a request that the CloudFront Function sees',
  },
  {
    name: 'tokenReads',
    flag: '--token-reads',
    value: 1,
    most: 10,
    meaning: 'more of them by a request with an HS256 token, where it may be revoked',
  },
  {
    name: 'viewerMs',
    flag: '--viewer-ms',
    value: 5,
    most: 30_000,
    meaning: 'milliseconds of a Lambda@Edge function of 128 MB at the viewer request',
  },
  { name: 'originMs', flag: '--origin-ms', value: 2, most: 30_000, meaning: 'likewise at the origin response' },
  {
    name: 'healthEvery',
    flag: '--health-every',
    value: 60,
    most: 86_400,
    meaning: 'seconds from one round of probes to the next, health.everySeconds; 0: no prober',
  },
  { name: 'regions', flag: '--regions', value: 2, most: 50, meaning: 'regions with a bucket' },
  {
    name: 'replicatedGb',
    flag: '--replicated-gb',
    value: 10,
    most: COUNT,
    meaning: 'GB that are put into the primary bucket',
  },
  {
    name: 'replicatedObjects',
    flag: '--replicated-objects',
    value: 10_000,
    most: COUNT,
    meaning: 'objects that are put into it',
  },
];
