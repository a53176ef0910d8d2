/** Credentials for requests that are tried over the control API. Secrets stay with whoever makes them. */
export interface RequestSigner {
  /** Path patterns that it can open. */
  paths(): readonly string[];
  /**
   * What shows a credential with these claims to the edge. `now` is epoch seconds, by the edge's clock.
   *
   * @param path from `/`, perhaps with a query string
   * @throws {EdgeError} ERR_OPTION_INVALID for a path that it cannot open, ERR_KEY_INVALID without a key.
   */
  sign(path: string, claims: Readonly<Record<string, unknown>>, now: number): Promise<SignedRequest>;
}

export interface SignedRequest {
  /** The path, with the credential where it travels there. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}
