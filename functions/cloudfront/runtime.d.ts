/**
 * What runtime cloudfront-js-2.0 offers beyond the language, as far as our functions use it.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */

declare module 'cloudfront' {
  interface OriginGroupParameters {
    originIds: { originId: string }[];
    failoverCriteria: { statusCodes: readonly number[] };
  }
  const cf: {
    /** The key value store associated with the function. */
    kvs(): {
      /** Rejects when the key is not there. */
      get(key: string): Promise<string>;
      get(key: string, options: { format: 'json' }): Promise<unknown>;
      exists(key: string): Promise<boolean>;
    };
    /** Replaces the behavior's origin, for this request, by a group of two of the distribution's origins. */
    createRequestOriginGroup(parameters: OriginGroupParameters): void;
    /** Replaces the behavior's origin, for this request, by another of the distribution's origins. */
    selectRequestOriginById(originId: string): void;
    /** `region`: the AWS region of the regional edge cache that a miss is expected to go through. */
    readonly edgeLocation: { readonly name: string; readonly serverIp: string; readonly region: string };
  };
  export default cf;
}

declare module 'crypto' {
  const crypto: {
    createHash(algorithm: 'sha256'): { update(text: string): { digest(encoding: 'base64url'): string } };
    createHmac(algorithm: 'sha256', key: Buffer): { update(text: string): { digest(encoding: 'base64url'): string } };
  };
  export default crypto;
}

interface Buffer {
  readonly length: number;
  toString(encoding?: 'utf8' | 'base64' | 'base64url'): string;
}

declare const Buffer: { from(text: string, encoding?: 'utf8' | 'base64' | 'base64url'): Buffer };

declare const console: { log(line: string): void };
