/** A distribution as the emulator serves it: CloudFront's own terms, defaults filled in. */
import type { HeaderLine } from './headers.ts';

export interface Distribution {
  readonly id: string;
  readonly domainName: string;
  /** Without leading slash; empty: none. */
  readonly defaultRootObject: string;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly originGroups: ReadonlyMap<string, OriginGroup>;
  /** In order of precedence. The default cache behavior is the last, with the pattern `*`. */
  readonly behaviors: readonly CacheBehavior[];
  /** By the error status that they are for. */
  readonly customErrorResponses: ReadonlyMap<number, CustomErrorResponse>;
  /** Public keys by the logical id of their resource, which stands for the id that CloudFront would give. */
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
  /** What the origin is told in `host`, whatever a policy forwards; absent: its domain name. */
  readonly hostHeader?: string;
  /** Whether an origin access control is attached. */
  readonly hasAccessControl: boolean;
  readonly path: string;
  readonly customHeaders: readonly Readonly<HeaderLine>[];
  readonly connectionAttempts: number;
  readonly connectionTimeoutSeconds: number;
  readonly readTimeoutSeconds: number;
}

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
  readonly originRequest: OriginRequestFunction | null;
  /** Logical id of the Lambda version at the origin response. */
  readonly originResponse: string | null;
}

/** A function at a viewer event: a CloudFront Function, or a version of a Lambda@Edge function, by logical id. */
export interface ViewerFunction {
  readonly runtime: 'cloudfront-function' | 'lambda-edge';
  readonly id: string;
  /** Whether it is given the body of a request. */
  readonly includesBody: boolean;
}

/** A version of a Lambda@Edge function at the origin request, by logical id. */
export type OriginRequestFunction = Omit<ViewerFunction, 'runtime'>;

/** Which of a request's headers, cookies or query string parameters count. Header names in lower case. */
export interface Selection {
  readonly behavior: 'none' | 'whitelist' | 'allExcept' | 'all';
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
}

export interface LambdaFunction {
  readonly name: string;
  /** `functions/lambda-edge/origin-response.handler` */
  readonly handler: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
}
