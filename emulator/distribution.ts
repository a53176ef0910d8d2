/** A distribution as the emulator serves it: CloudFront's own terms, defaults filled in. */
import type { HeaderLine } from './headers.ts';
import type { BucketPolicy } from './s3/bucket-policy.ts';

export interface Distribution {
  readonly id: string;
  readonly domainName: string;
  /** Alternate domain names, in lower case; one may begin with `*.`. */
  readonly aliases: readonly string[];
  /** Whether viewers are offered HTTP/2, where they speak TLS. */
  readonly hasHttp2: boolean;
  /** Without leading slash; empty: none. */
  readonly defaultRootObject: string;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly originGroups: ReadonlyMap<string, OriginGroup>;
  /** In order of precedence. The default cache behavior is the last, with the pattern `*`. */
  readonly behaviors: readonly CacheBehavior[];
  /** By the error status that they are for. */
  readonly customErrorResponses: ReadonlyMap<number, CustomErrorResponse>;
  /** Null: viewers of every country are served. */
  readonly geoRestriction: GeoRestriction | null;
  /**
   * Public keys that a trusted key group holds, by CloudFront's id where it is known; in a template by the
   * logical id of their resource, which stands for it.
   */
  readonly publicKeys: Readonly<Record<string, string>>;
  /** CloudFront Functions by logical id. */
  readonly cloudFrontFunctions: ReadonlyMap<string, CloudFrontFunction>;
  /** Published Lambda@Edge functions by the logical id of their version. */
  readonly lambdaFunctions: ReadonlyMap<string, LambdaFunction>;
}

export interface Origin {
  readonly id: string;
  readonly type: 's3' | 'custom';
  readonly domainName: string;
  /** Id of the origin whose stand-in answers, where a function gave this one another domain; absent: its own. */
  readonly standIn?: string;
  /** What the origin is told in `host`, whatever a policy forwards; absent: its domain name. */
  readonly hostHeader?: string;
  /** Whether an origin access control is attached. */
  readonly hasAccessControl: boolean;
  readonly signing: Signing;
  /** Of the bucket; null: not known. Everyone may get its objects then, and nobody list them. */
  readonly bucketPolicy: BucketPolicy | null;
  /** Region of its Origin Shield; null: it has none. */
  readonly shieldRegion: string | null;
  readonly path: string;
  readonly customHeaders: readonly Readonly<HeaderLine>[];
  readonly connectionAttempts: number;
  readonly connectionTimeoutSeconds: number;
  readonly readTimeoutSeconds: number;
  /** How long a connection is kept for the next request. */
  readonly keepaliveTimeoutSeconds: number;
  /** Bounds one request, with all attempts and the whole answer; null: nothing does. */
  readonly responseCompletionTimeoutSeconds: number | null;
  /** What CloudFront would speak to it, and at which port; here the address that stands in for it decides. */
  readonly protocolPolicy: ProtocolPolicy;
  readonly httpPort: number;
  readonly httpsPort: number;
}

/**
 * What CloudFront signs: nothing; every request; those that have no `Authorization` of their own; or every
 * request as the origin access identity.
 */
export type Signing = 'none' | 'always' | 'no-override' | 'identity';

export type ProtocolPolicy = 'http-only' | 'https-only' | 'match-viewer';

/** Two origins; the first is the primary. */
export interface OriginGroup {
  readonly id: string;
  readonly statusCodes: readonly number[];
  readonly originIds: readonly [primary: string, secondary: string];
}

export interface CustomErrorResponse {
  /** What is sent in place of the error; null: the error itself. */
  readonly page: { readonly path: string; readonly status: number } | null;
  /** The shortest time for which the error is cached. */
  readonly minTtlSeconds: number;
}

export interface GeoRestriction {
  /** `whitelist`: viewers of these countries alone are served; `blacklist`: all others. */
  readonly type: 'whitelist' | 'blacklist';
  /** ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
}

export interface CacheBehavior {
  readonly pathPattern: string;
  /** Id of an origin or of an origin group. */
  readonly targetOriginId: string;
  readonly viewerProtocolPolicy: 'allow-all' | 'redirect-to-https' | 'https-only';
  readonly allowedMethods: readonly string[];
  readonly cachedMethods: readonly string[];
  /** Ids of the public keys in its trusted key groups; null: no signature is asked for. */
  readonly trustedKeys: readonly string[] | null;
  /** Whether answers are compressed, where the cache policy lets viewers ask for it. */
  readonly compress: boolean;
  readonly cachePolicy: CachePolicy;
  readonly originRequestPolicy: RequestPolicy | null;
  readonly responseHeadersPolicy: ResponseHeadersPolicy | null;
  readonly viewerRequest: ViewerFunction | null;
  readonly viewerResponse: ViewerFunction | null;
  readonly originRequest: OriginFunction | null;
  readonly originResponse: OriginFunction | null;
}

/** A function at a viewer event: a CloudFront Function, or a version of a Lambda@Edge function. */
export interface ViewerFunction {
  readonly runtime: 'cloudfront-function' | 'lambda-edge';
  /** As it is referred to: a logical id, or an ARN. */
  readonly id: string;
  /** Whether it is given the body of a request. */
  readonly includesBody: boolean;
  /** The property that refers to it. */
  readonly where: string;
}

/** A version of a Lambda@Edge function at an origin event. */
export type OriginFunction = Omit<ViewerFunction, 'runtime'>;

/**
 * Which of a request's headers, cookies or query string parameters count. Header names in lower case.
 * With `matching` the names are patterns, with `*` for any characters and `?` for one.
 */
export interface Selection {
  readonly behavior: 'none' | 'whitelist' | 'matching' | 'allExcept' | 'all';
  readonly names: readonly string[];
}

export interface RequestPolicy {
  readonly headers: Selection;
  /** Of CloudFront's own headers, those that it is asked to add. Names in lower case. */
  readonly cloudFrontHeaders: readonly string[];
  readonly cookies: Selection;
  readonly queryStrings: Selection;
}

/** Times in seconds. */
export interface CachePolicy extends RequestPolicy {
  readonly minTtl: number;
  readonly defaultTtl: number;
  readonly maxTtl: number;
  readonly gzip: boolean;
  readonly brotli: boolean;
}

export interface ResponseHeadersPolicy {
  readonly set: readonly PolicyHeader[];
  readonly remove: readonly string[];
  readonly cors: CorsPolicy | null;
}

export interface PolicyHeader {
  readonly name: string;
  readonly value: string;
  /** Whether it replaces the origin's header of that name. */
  readonly override: boolean;
}

/** The lists as the policy has them; an empty one: no such header. */
export interface CorsPolicy {
  /** `*`, `https://www.example.com`, `*.example.com`, `http://localhost:*`; without a scheme, either. */
  readonly allowOrigins: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly allowMethods: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds: number | null;
  readonly override: boolean;
}

export interface CloudFrontFunction {
  readonly name: string;
  readonly runtime: 'cloudfront-js-1.0' | 'cloudfront-js-2.0';
  readonly code: string;
  /** Whether a key value store is associated. */
  readonly hasStore: boolean;
  /** The file that the code is from, and the source map where it was made of that; absent: the template. */
  readonly source?: { readonly file: string; readonly map: string | null };
  /** The source map of code in a template that was built here, with absolute sources. */
  readonly map?: string;
}

export interface LambdaFunction {
  /** Logical id of the function, whose version is referred to; null: the template does not have it. */
  readonly functionId: string | null;
  readonly name: string;
  readonly version: string;
  /** `nodejs22.x`; null: nothing says. */
  readonly runtime: string | null;
  /** `Code.ZipFile`; null: the code is somewhere else. */
  readonly code: string | null;
  /** `functions/lambda-edge/origin-response.handler` */
  readonly handler: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
}
