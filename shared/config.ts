/**
 * The settings that the edge functions read. `config/parse.ts` makes them from `custom.edgekeeper`;
 * the build inlines them section by section, since neither runtime has environment variables.
 */

/** All settings, parsed. */
export interface EdgeConfig {
  readonly regions: readonly Region[];
  readonly routes: Routes;
  readonly protected: readonly ProtectedSection[];
  readonly signed: SignedPaths | null;
  readonly leewaySeconds: number;
  readonly failover: Failover;
}

/** A regional bucket. The order of the list is the configured order: the first is the primary. */
export interface Region {
  /** AWS region, `eu-west-1`. */
  readonly region: string;
  /** Id of the distribution's origin that serves this region's bucket. */
  readonly originId: string;
}

/**
 * Orders of the regions, nearest first, by the AWS region of the regional edge cache that a miss
 * goes through. A number is an index into `regions`. Absent: the configured order.
 */
export type Routes = Readonly<Record<string, readonly number[]>>;

/** A query string parameter, `Authorization: Bearer`, or a cookie. */
export type Carrier = 'query' | 'header' | 'cookie';

/** A part of the distribution that only the bearer of a token may fetch. */
export interface ProtectedSection {
  /** Path pattern in CloudFront's syntax, matched against the once-decoded path. */
  readonly path: string;
  /** Where a token may travel, in the order in which they are looked at. */
  readonly carriers: readonly Carrier[];
  /** Name of the cookie, and of the query string parameter, that carries the token. */
  readonly name: string;
  /** Required `iss` claim; null: any issuer that holds a key. */
  readonly issuer: string | null;
  /** Required `aud` claim, or one of its values; null: any audience. */
  readonly audience: string | null;
}

/** What CloudFront itself opens only to signed URLs and signed cookies. No function checks it. */
export interface SignedPaths {
  /** Path pattern of the behavior that gets the trusted key group. */
  readonly path: string;
  /** Files of public keys as PEM, relative to serverless.yml. */
  readonly publicKeys: readonly string[];
}

export interface Failover {
  /** Status codes of the primary origin that send the request to the secondary origin. */
  readonly statusCodes: readonly number[];
  /** The longest time, in seconds, that CloudFront caches an answer which a failover brought. */
  readonly maxAgeSeconds: number;
  /** `Retry-After`, in seconds, of the answer that viewers get when both regions fail. */
  readonly retryAfterSeconds: number;
}

declare const EDGE_CONFIG: EdgeConfig;

// One constant per section: a bundle then carries only the sections that it reads.
export const regions = EDGE_CONFIG.regions;
export const routes = EDGE_CONFIG.routes;
export const protectedSections = EDGE_CONFIG.protected;
export const leewaySeconds = EDGE_CONFIG.leewaySeconds;
export const failover = EDGE_CONFIG.failover;
