/** What a month of traffic uses of AWS. Pure: everything that is assumed is an argument. */
import type { PriceName } from './prices.ts';

export interface Assumptions {
  /** Share of requests that a cache answers. */
  readonly hitRatio: number;
  /** Of a response, on average. */
  readonly bytes: number;
  /** Share of requests to protected paths. */
  readonly protected: number;
  /** Share of these that a Lambda@Edge function checks. */
  readonly members: number;
  /** Reads of the key value store by each request that a CloudFront Function sees: `state`. */
  readonly storeReads: number;
  /** More of them by each request with an HS256 token: whether it is revoked. */
  readonly tokenReads: number;
  /** Milliseconds that a Lambda@Edge function takes at the viewer request, and at the origin response. */
  readonly viewerMs: number;
  readonly originMs: number;
  /** From one round of probes to the next; 0: no prober. */
  readonly healthEvery: number;
  readonly regions: number;
  /** What is put into the primary bucket in a month. */
  readonly replicatedGb: number;
  readonly replicatedObjects: number;
}

/** How many of each price. */
export type Usage = Partial<Record<PriceName, number>>;

export type Kind = 'edgekeeper' | 'lambda-edge';

/** The parts of a bill, in the order in which they are shown. */
export interface Month {
  readonly viewerRequest: Usage;
  readonly originResponse: Usage;
  readonly health: Usage;
  readonly requests: Usage;
  readonly buckets: Usage;
  readonly transfer: Usage;
}

/** Of Lambda@Edge, CloudFront's least: 128 MB. */
const MEMORY_GB = 0.125;

const MONTH_SECONDS = 730 * 3600;

/** As CloudFront and S3 count. */
const GB = 2 ** 30;

/** Of a round, by the defaults of `health`: five probes, five seconds apart, and the store. */
const PROBES = 5;
const ROUND_SECONDS = 21;

/** @param requests of viewers in the month */
export function monthOf(requests: number, kind: Kind, assumed: Assumptions): Month {
  const misses = requests * (1 - assumed.hitRatio);
  return {
    viewerRequest: kind === 'edgekeeper' ? ourViewerRequests(requests, assumed) : atEdge(requests, assumed.viewerMs),
    originResponse: atEdge(misses, assumed.originMs),
    health: kind === 'edgekeeper' ? probing(assumed) : {},
    requests: { httpsRequest: requests },
    buckets: { s3Get: misses, ...replication(assumed) },
    transfer: { transferGb: (requests * assumed.bytes) / GB },
  };
}

/** The CloudFront Function sees every request but those that the Lambda@Edge function checks. */
function ourViewerRequests(requests: number, assumed: Assumptions): Usage {
  const guarded = requests * assumed.protected;
  const members = guarded * assumed.members;
  const seen = requests - members;
  return {
    functionInvocation: seen,
    storeRead: seen * assumed.storeReads + (guarded - members) * assumed.tokenReads,
    ...atEdge(members, assumed.viewerMs),
  };
}

function atEdge(invocations: number, milliseconds: number): Usage {
  return { edgeInvocation: invocations, edgeGbSecond: (invocations * milliseconds * MEMORY_GB) / 1000 };
}

/** A quiet month: each round asks the store for its version, and reads it only when that has changed. */
function probing({ healthEvery, regions }: Assumptions): Usage {
  if (healthEvery === 0) return {};
  const rounds = MONTH_SECONDS / healthEvery;
  return {
    storeApiRequest: rounds,
    lambdaInvocation: rounds,
    lambdaGbSecond: rounds * ROUND_SECONDS * MEMORY_GB,
    s3Get: rounds * PROBES * regions,
  };
}

function replication({ regions, replicatedGb, replicatedObjects }: Assumptions): Usage {
  const copies = Math.max(0, regions - 1);
  return { s3Put: replicatedObjects * copies, replicatedGb: replicatedGb * copies };
}
