/** What became of a request of a viewer. */
export interface Sample {
  readonly phase: string;
  /** When the request was due, in milliseconds since the drill began; it may have been sent later. */
  readonly due: number;
  /** Null: nobody knows where the viewer is. */
  readonly city: string | null;
  readonly path: string;
  /** Milliseconds from the moment at which it was due to the first byte of the answer, or until none could come. */
  readonly waitedMs: number;
  /** Null: there was no answer. */
  readonly status: number | null;
  /** Why there was none, as Node.js names it, or `TIMEOUT`. */
  readonly failure: string | null;
  /** The answer ended before its time. */
  readonly isBroken: boolean;
  /** Of `x-origin-region`. */
  readonly region: string | null;
  /** Of `x-origin-role`. */
  readonly role: string | null;
  /** Fetched for this request: what its headers tell is of now. */
  readonly isFresh: boolean;
}

/** No answer, or an error: whatever is asked for exists, so that 403 and 404 are errors, too. */
export function isBad({ status }: Sample): boolean {
  return status === null || status >= 400;
}

/** A good answer, fetched just now. */
export function isFetched(sample: Sample): boolean {
  return sample.isFresh && !isBad(sample);
}

/** A good answer that a failover brought just now. */
export function isFailover(sample: Sample): boolean {
  return isFetched(sample) && sample.role === 'secondary';
}

/** When its viewer knew, in milliseconds since the drill began. */
export function knownAt({ due, waitedMs }: Sample): number {
  return due + waitedMs;
}
