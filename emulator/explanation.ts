/** Why a request is allowed or refused, step by step, whatever it carries. */
import type { Distribution } from './distribution.ts';
import type { RecordedRequest } from './request-log.ts';

/** One thing that was looked at. Never holds a signature, a token, a cookie or a key. */
export interface Step {
  readonly step: string;
  readonly expected: string;
  readonly got: string;
  readonly ok: boolean;
}

export interface Explanation {
  readonly allow: boolean;
  /** `allowed`, or the reason of the verdict, which the steps explain and do not make. */
  readonly reason: string;
  /** CloudFront's own code for it; null for what CloudFront does not refuse itself. */
  readonly code: string | null;
  /** What the viewer is answered; null where the request goes on, and where nobody here can tell. */
  readonly status: number | null;
  /** In the order in which they are judged: the first that is not ok has the reason of the verdict. */
  readonly steps: readonly Step[];
  /** One sentence about what would have been allowed; null when nothing near was found. */
  readonly nearest: string | null;
}

/** Explains requests that the edge has answered, for whoever looks at them over the control API. */
export interface RequestExplainer {
  /**
   * By the keys, the store and the settings as they are now. Null: nobody here knows who may be let in.
   *
   * @param now when the request arrived: epoch seconds, with their fraction, by which the edge judges
   */
  explain(request: RecordedRequest['viewer'], distribution: Distribution, now: number): Promise<Explanation | null>;
}
