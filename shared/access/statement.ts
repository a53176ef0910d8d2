/** What a viewer may fetch, when and from where, whatever carried it. Says nothing about who signed it. */
import { matchesResource, type RequestedResource } from './resource.ts';
import type { Sha256 } from './revocation.ts';
import { isInSourceIp, type SourceIp } from './source-ip.ts';

/** Times are epoch seconds. Each carrier converts its own: what is inclusive there is settled here. */
export interface Statement {
  /** Patterns of which one must match; undefined: everything on the host. */
  readonly resources: readonly string[] | undefined;
  /** Patterns of which none may match; undefined: none are excluded. */
  readonly excluded?: readonly string[] | undefined;
  /** The first allowed moment. */
  readonly start: number;
  /** The first refused moment. */
  readonly end: number;
  /** Ranges of which one must hold the viewer's address; undefined: any address. */
  readonly sourceIps: readonly SourceIp[] | undefined;
  /** Countries (`DE`) and country-regions (`US-CA`) of which the viewer must be in one; undefined: anywhere. */
  readonly countries?: readonly string[] | undefined;
  /** Names, in lower case, of headers that must be as they were when the token was signed; undefined: any. */
  readonly boundHeaders?: readonly string[] | undefined;
  /** base64url of SHA-256 over `name:value\n` for each of them in turn. An absent header has an empty value. */
  readonly boundDigest?: unknown;
}

/** What the decision is about. */
export interface Visit extends RequestedResource {
  readonly viewerIp: string;
  /** Epoch seconds, with fractions. */
  readonly now: number;
}

/** A visit with what only tokens restrict. */
export interface TokenVisit extends Visit {
  /** The value of a header, empty when it is absent. Nobody but the viewer vouches for most of them. */
  readonly header: (name: string) => string;
  readonly sha256: Sha256;
}

export type StatementReason = 'expired' | 'not-yet-valid' | 'resource' | 'excluded' | 'source-ip';

export type TokenStatementReason = StatementReason | 'country' | 'headers';

/** Why the statement refuses the visit; undefined when it allows it. At `end` itself it refuses. */
export function statementRefusal(statement: Statement, visit: Visit): StatementReason | undefined {
  if (!(visit.now < statement.end)) return 'expired'; // No time at all, too.
  if (visit.now < statement.start) return 'not-yet-valid';
  const resources = statement.resources;
  const excluded = statement.excluded;
  const sourceIps = statement.sourceIps;
  if (resources && !resources.some((pattern) => matchesResource(pattern, visit))) return 'resource';
  if (excluded && excluded.some((pattern) => matchesResource(pattern, visit))) return 'excluded';
  if (sourceIps && !sourceIps.some((range) => isInSourceIp(range, visit.viewerIp))) return 'source-ip';
  return undefined;
}

/** As `statementRefusal`, with the restrictions that only a token can make. */
export function tokenStatementRefusal(statement: Statement, visit: TokenVisit): TokenStatementReason | undefined {
  const countries = statement.countries;
  const bound = statement.boundHeaders;
  return (
    statementRefusal(statement, visit) ||
    (countries && !isInOneOf(countries, visit) ? 'country' : undefined) ||
    (bound && digestOf(bound, visit) !== statement.boundDigest ? 'headers' : undefined)
  );
}

/** CloudFront sets both headers, where the behavior's policy asks for them, over whatever the viewer sent. */
function isInOneOf(countries: readonly string[], visit: TokenVisit): boolean {
  const country = visit.header('cloudfront-viewer-country');
  const region = `${country}-${visit.header('cloudfront-viewer-country-region')}`;
  return country !== '' && countries.some((name) => name === country || name === region);
}

function digestOf(names: readonly string[], visit: TokenVisit): string {
  return visit.sha256(names.map((name) => `${name}:${visit.header(name)}\n`).join(''));
}
