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
  readonly failover: Failover;
  readonly health: Health | null;
  readonly rewrites: Rewrites | null;
  /** What a drill is judged by; no function reads it. */
  readonly objectives: Objectives;
  /** What `serverless deploy` associates afterwards; no function reads it. */
  readonly associate: readonly AssociatedDistribution[];
  /** By the path of a section. Empty until the build has read them. */
  readonly sectionKeys: Readonly<Record<string, SectionKeys>>;
}

/** A distribution that is there already, and the behaviors in which the functions are to run. */
export interface AssociatedDistribution {
  readonly distribution: string;
  /** Path patterns, and `default`. */
  readonly behaviors: readonly string[];
  /** At which events. */
  readonly events: readonly ('viewer-request' | 'viewer-response' | 'origin-request' | 'origin-response')[];
  /** Whether what the functions need and the distribution lacks is added. */
  readonly withOrigins: boolean;
}

/** A regional bucket. The order of the list is the configured order: the first is the primary. */
export interface Region {
  /** AWS region, `eu-west-1`. */
  readonly region: string;
  /** Id of the distribution's origin that serves this region's bucket. */
  readonly originId: string;
  /** What the origin puts before every path, `/site`; absent: nothing. */
  readonly prefix?: string;
}

/**
 * Orders of the regions, nearest first, by the AWS region of the regional edge cache that a miss
 * goes through. A number is an index into `regions`. Absent: the configured order.
 */
export type Routes = Readonly<Record<string, readonly number[]>>;

/**
 * A segment before the path (`/~token/private/film.mp4`), a query string parameter,
 * `Authorization: Bearer`, a cookie, or what CloudFront's signed URLs and signed cookies consist of.
 */
export type Carrier = 'path' | 'query' | 'header' | 'cookie' | 'cloudfront';

/** A part of the distribution that only the bearer of a token, or of CloudFront's own signature, may fetch. */
export interface ProtectedSection {
  /** Path pattern in CloudFront's syntax, matched against the once-decoded path. */
  readonly path: string;
  /** Which function checks it. */
  readonly runtime: 'cloudfront-function' | 'lambda-edge';
  /** Where a credential may travel, in the order in which they are looked at. */
  readonly carriers: readonly Carrier[];
  /** Name of the cookie, and of the query string parameter, that carries the token. */
  readonly name: string;
  /** Of tokens (RFC 7518, section 3.1). */
  readonly algorithms: readonly string[];
  /** Required `iss` claim; null: any issuer that holds a key. */
  readonly issuer: string | null;
  /** Required `aud` claim, or one of its values; null: any audience. */
  readonly audience: string | null;
  /** Tolerance for `nbf` and `iat`; `exp` has none. */
  readonly leewaySeconds: number;
  /** Whether the key value store is asked for revoked `sid` and `sub`. */
  readonly revocation: boolean;
  /** Whether tokens may have a `geo` claim: the behavior then has to ask for the viewer's country. */
  readonly geo: boolean;
  /** Null: other sites' pages may not read it. */
  readonly cors: Cors | null;
  /** Null: nobody is sent to sign in. */
  readonly signIn: SignIn | null;
  /** Where the public keys of tokens are; null for HS256, and where no token is taken. */
  readonly jwks: JwksSource | null;
  /** Files of the public keys of CloudFront's own signatures, by key pair id. */
  readonly publicKeys: Readonly<Record<string, string>>;
}

/** Which sites' pages may read a section. */
export interface Cors {
  /** `https://app.example.com`, as browsers send it. */
  readonly origins: readonly string[];
  /** Whether they may send cookies. */
  readonly credentials: boolean;
  /** How long a browser may remember the answer to a preflight. */
  readonly maxAgeSeconds: number;
}

/** Where a person is sent who is not let in. */
export interface SignIn {
  readonly url: string;
  /** The query string parameter that names the address to come back to. */
  readonly return: string;
  /** Hosts that may be in that address. The first stands in for any other. */
  readonly hosts: readonly string[];
}

/** A JSON Web Key Set, relative to serverless.yml or on the network. */
export interface JwksSource {
  readonly file: string | null;
  readonly url: string | null;
  /** `runtime`: the function asks the URL again, and begins with what the build found there. */
  readonly refresh: 'build' | 'runtime';
}

/** What a section is checked with at the edge: public keys, inlined by the build. */
export interface SectionKeys {
  /** Public keys of tokens. */
  readonly jwks: readonly object[];
  /** Where they are refreshed from; null: nowhere. */
  readonly jwksUrl: string | null;
  /** Public keys of CloudFront's own signatures as PEM, by key pair id. */
  readonly publicKeys: Readonly<Record<string, string>>;
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

/** Which objects stand for directories. Null: none. */
export interface Rewrites {
  /** Name of the object that a path with a slash at its end stands for. */
  readonly directoryIndex: string;
  /** What becomes of a directory without one: a viewer is sent on to it, or nothing. */
  readonly trailingSlash: 'leave' | 'redirect';
}

/** How regions are probed, and drained and restored by what comes of it. Null: only by hand. */
export interface Health {
  /** Path of an object that is in every bucket. */
  readonly canary: string;
  /** How often a region is probed before anything is decided. */
  readonly probes: number;
  /** So many failures drain a region, so many successes restore it: more than half of `probes`. */
  readonly threshold: number;
  /** From one probe of a region to the next. */
  readonly intervalSeconds: number;
  /** After that a probe has failed. */
  readonly timeoutSeconds: number;
  /** From the beginning of one round of probes to the next. */
  readonly everySeconds: number;
  /** How long a region stays drained at least. */
  readonly holdSeconds: number;
  /** When a drain ends that is not renewed. */
  readonly drainSeconds: number;
}

export interface Objectives {
  /** Share of GET requests, 0 to 1, that are answered well while one region fails. */
  readonly availability: number;
  /** The longest, in seconds, that a viewer waits for an answer of the other region, and that answers are bad after a fault. */
  readonly failoverSeconds: number;
  /** The longest, in seconds, until requests go to a region again that was repaired. */
  readonly recoverySeconds: number;
}

/** What at least one section asks for: a bundle leaves out what none does. */
export interface UsedFeatures {
  readonly pathTokens: boolean;
  readonly revocationEntries: boolean;
  readonly crossOrigin: boolean;
  readonly signInPage: boolean;
  /** CloudFront's own signed URLs and signed cookies. */
  readonly signatures: boolean;
  /** Public keys that are asked for again while the function runs. */
  readonly refreshedKeys: boolean;
}

declare const EDGE_CONFIG: EdgeConfig;

// One constant per section: a bundle then carries only the sections that it reads.
export const regions = EDGE_CONFIG.regions;
export const routes = EDGE_CONFIG.routes;
export const protectedSections = EDGE_CONFIG.protected;
export const failover = EDGE_CONFIG.failover;
export const health = EDGE_CONFIG.health;
export const rewrites = EDGE_CONFIG.rewrites;
export const signed = EDGE_CONFIG.signed;
export const sectionKeys = EDGE_CONFIG.sectionKeys;
