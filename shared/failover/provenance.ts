/** Which region answered, and whether that was a failover. */
import type { Failover, Region } from '../config.ts';
import { headerValue, type OriginRequest } from '../events/lambda-edge.ts';
import { ORDER_HEADER } from '../routing/region-order.ts';

export interface Provenance {
  /** The region that answered. */
  readonly region: string;
  readonly role: 'primary' | 'secondary';
  /** The region that was asked first. */
  readonly primaryRegion: string;
  /** Whether no other region is asked after this one. */
  readonly isLast: boolean;
}

/** Custom header of each origin: the region of its bucket. Viewers cannot set it. */
export const ORIGIN_HEADER = 'x-edgekeeper-origin';

/** `bucket.s3.eu-west-1.amazonaws.com`, also with the older `s3-eu-west-1` and in other partitions. */
const BUCKET_DOMAIN = /\.s3[.-]([a-z0-9-]+)\.amazonaws\.com/;

/** OPTIONS too, where a behavior caches it: ours do not. */
const FAILOVER_METHODS = ['GET', 'HEAD'];

/**
 * Null when the answering region cannot be told: then nothing is said. The order of the attempt comes
 * from the header that the viewer request set; without it the static origin group's order holds.
 */
export function provenanceOf(request: OriginRequest, regions: readonly Region[]): Provenance | null {
  const region = answeringRegion(request, regions);
  const order = orderedRegions(request, regions);
  const primaryRegion = order[0];
  if (region === null || primaryRegion === undefined) return null;
  const isPrimary = region === primaryRegion;
  return {
    region: region,
    role: isPrimary ? 'primary' : 'secondary',
    primaryRegion: primaryRegion,
    isLast: !isPrimary || order.length === 1,
  };
}

/**
 * Whether CloudFront is going to discard this answer and ask the secondary origin. Such an answer is
 * left as it is: a changed status could keep the failover from happening.
 */
export function isFailingOver(request: OriginRequest, status: string, from: Provenance, failover: Failover): boolean {
  return (
    !from.isLast &&
    FAILOVER_METHODS.indexOf(request.method) !== -1 &&
    failover.statusCodes.indexOf(Number(status)) !== -1
  );
}

function answeringRegion(request: OriginRequest, regions: readonly Region[]): string | null {
  const details = request.origin === undefined ? undefined : request.origin.s3 || request.origin.custom;
  const named = details === undefined ? null : headerValue(details.customHeaders, ORIGIN_HEADER);
  const candidates = [
    named,
    details === undefined ? null : bucketRegion(details.domainName),
    bucketRegion(headerValue(request.headers, 'host')),
  ];
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i];
    if (candidate && isConfigured(candidate, regions)) return candidate;
  }
  return null;
}

function bucketRegion(domainName: string | null): string | null {
  const match = domainName === null ? null : BUCKET_DOMAIN.exec(domainName);
  return match === null ? null : (match[1] as string);
}

function orderedRegions(request: OriginRequest, regions: readonly Region[]): string[] {
  const header = headerValue(request.headers, ORDER_HEADER);
  const order = header === null ? [] : header.split(',');
  const isOrder = order.length > 0 && order.every((region) => isConfigured(region, regions));
  return isOrder ? order : regions.map((configured) => configured.region);
}

function isConfigured(region: string, regions: readonly Region[]): boolean {
  return regions.some((configured) => configured.region === region);
}
