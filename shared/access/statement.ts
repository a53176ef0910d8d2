/** What a viewer may fetch, when and from where, whatever carried it. Says nothing about who signed it. */
import { matchesResource, type RequestedResource } from './resource.ts';
import { isInSourceIp, type SourceIp } from './source-ip.ts';

/** Times are epoch seconds. Each carrier converts its own: what is inclusive there is settled here. */
export interface Statement {
  /** Patterns of which one must match; null: everything on the host. */
  readonly resources: readonly string[] | null;
  /** The first allowed moment; null: from the beginning. */
  readonly start: number | null;
  /** The first refused moment. */
  readonly end: number;
  /** Ranges of which one must hold the viewer's address; null: any address. */
  readonly sourceIps: readonly SourceIp[] | null;
}

/** What the decision is about. */
export interface Visit {
  readonly requested: RequestedResource;
  readonly viewerIp: string;
  /** Epoch seconds, with fractions. */
  readonly now: number;
}

export type StatementReason = 'expired' | 'not-yet-valid' | 'resource' | 'source-ip';

/** Null when the statement allows the visit. At `end` itself it is already refused. */
export function refusalOf(statement: Statement, visit: Visit): StatementReason | null {
  if (visit.now >= statement.end) return 'expired';
  if (statement.start !== null && visit.now < statement.start) return 'not-yet-valid';
  if (!isInResources(statement.resources, visit.requested)) return 'resource';
  if (!isInSourceIps(statement.sourceIps, visit.viewerIp)) return 'source-ip';
  return null;
}

function isInResources(resources: readonly string[] | null, requested: RequestedResource): boolean {
  if (resources === null) return true;
  for (let i = 0; i < resources.length; i++) {
    if (matchesResource(resources[i] as string, requested)) return true;
  }
  return false;
}

function isInSourceIps(sourceIps: readonly SourceIp[] | null, viewerIp: string): boolean {
  if (sourceIps === null) return true;
  for (let i = 0; i < sourceIps.length; i++) {
    if (isInSourceIp(sourceIps[i] as SourceIp, viewerIp)) return true;
  }
  return false;
}
