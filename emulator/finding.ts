/** What a check says is wrong with what is served. */
export interface Finding {
  /** The rule that does not hold. */
  readonly rule: string;
  /** `error`: CloudFront refuses it, or viewers get errors; `warning`: it deploys, and is likely not what is meant. */
  readonly severity: 'error' | 'warning';
  /** The resource and its property. */
  readonly where: string;
  /** What was expected there, and what is there. */
  readonly what: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do. */
  readonly advice: string;
  /** The page that says so. */
  readonly see: string;
}
