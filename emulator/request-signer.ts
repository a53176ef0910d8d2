/** Credentials for requests that are tried over the control API. Secrets stay with whoever makes them. */

/** What a viewer can show: a token where the path's section looks for it, or CloudFront's own signature. */
export const WAYS = ['token', 'signed-url', 'signed-cookies'] as const;

export type Way = (typeof WAYS)[number];

/** How a credential can be made. */
export interface SigningWay {
  /** The path pattern that it is for. */
  readonly path: string;
  readonly way: Way;
  /** Of a token; of CloudFront's own signature the kind of key: `RSA` or `ECDSA`. */
  readonly algorithm: string;
  /** The id under which the edge knows the key; null: a credential goes without. */
  readonly key: string | null;
}

export interface RequestToSign {
  /** Scheme and host as the edge sees them: `https://localhost:8080`. */
  readonly base: string;
  /** From `/`, perhaps with a query string. */
  readonly path: string;
  /** Absent: the first that there is. */
  readonly way?: Way;
  readonly key?: string;
}

export interface RequestSigner {
  /** How it can sign for a path, or for any: null. The first is taken where nothing is chosen. */
  ways(path: string | null): readonly SigningWay[];
  /**
   * What shows a credential with these claims to the edge. `now` is epoch seconds, by the edge's clock.
   *
   * @throws {EdgeError} ERR_OPTION_INVALID for a path that it cannot open, a way that does not open it, and claims
   * that the credential cannot carry; ERR_KEY_INVALID without a key.
   */
  sign(request: RequestToSign, claims: Readonly<Record<string, unknown>>, now: number): Promise<SignedRequest>;
}

export interface SignedRequest {
  /** The path, with the credential where it travels there. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}
