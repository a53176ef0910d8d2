/** What a viewer may fetch, when and from where, whatever carried it. Says nothing about who signed it. */
import { matchesResource, type RequestedResource } from './resource.ts';
import { isInSourceIp, type SourceIp } from './source-ip.ts';

/** Times are epoch seconds. Each carrier converts its own: what is inclusive there is settled here. */
export interface Statement {
  /** Patterns of which one must match; undefined: everything on the host. */
  readonly resources: readonly string[] | undefined;
  /** Patterns of which none may match; undefined: none are excluded. */
  readonly excluded?: readonly string[] | undefined;
  /** The first allowed moment; undefined: from the beginning. */
  readonly start: number | undefined;
  /** The first refused moment. */
  readonly end: number;
  /** Ranges of which one must hold the viewer's address; undefined: any address. */
  readonly sourceIps: readonly SourceIp[] | undefined;
}

/** What the decision is about. */
export interface Visit {
  readonly requested: RequestedResource;
  readonly viewerIp: string;
  /** Epoch seconds, with fractions. */
  readonly now: number;
}

export type StatementReason = 'expired' | 'not-yet-valid' | 'resource' | 'excluded' | 'source-ip';

/** Why the statement refuses the visit; undefined when it allows it. At `end` itself it refuses. */
export function statementRefusal(statement: Statement, visit: Visit): StatementReason | undefined {
  if (visit.now >= statement.end) return 'expired';
  if (statement.start !== undefined && visit.now < statement.start) return 'not-yet-valid';
  const resources = statement.resources;
  const excluded = statement.excluded;
  const sourceIps = statement.sourceIps;
  if (resources && !resources.some((pattern) => matchesResource(pattern, visit.requested))) return 'resource';
  if (excluded && excluded.some((pattern) => matchesResource(pattern, visit.requested))) return 'excluded';
  if (sourceIps && !sourceIps.some((range) => isInSourceIp(range, visit.viewerIp))) return 'source-ip';
  return undefined;
}
