/**
 * The claims of a token whose signature was verified, as a statement.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1
 */
import { asObject } from '../as-object.ts';
import { isText } from '../is-text.ts';
import { plainDelimiters } from './canonical-path.ts';
import { queryStart } from './resource.ts';
import { readSourceIp, type SourceIp } from './source-ip.ts';
import type { Statement } from './statement.ts';

/** What a section asks of the token. */
export interface ClaimRules {
  readonly issuer: string | null;
  readonly audience: string | null;
  /** Tolerance for `nbf` and `iat`, in seconds; `exp` has none. */
  readonly leewaySeconds: number;
  /** Whether a `geo` claim can be checked; a token that has one in vain is refused, not let through. */
  readonly geo: boolean;
}

/** Any JSON object: nothing is known of its values. */
type Claims = Readonly<Record<string, unknown>>;

export type ClaimsFault = 'claims' | 'unsupported-claim' | 'issuer' | 'audience' | 'not-yet-valid';

/** The statement that the claims make at `now` (epoch seconds), or why the token is refused. */
export function readClaims(claims: Claims, rules: ClaimRules, now: number): Statement | ClaimsFault {
  const times = [claims.exp, orElse(claims.nbf, 0), orElse(claims.iat, 0)] as number[];
  const resources = eachOf(claims.res, normalPattern);
  const excluded = eachOf(claims.not, normalPattern);
  const sourceIps = eachOf(claims.ip, readSourceIp);
  const countries = eachOf(claims.geo, textOf);
  const names = [orElse(claims.sid, ''), orElse(claims.sub, '')].map(textOf);
  const bound = claims.hdr === undefined ? undefined : asObject(claims.hdr) || {};
  const boundHeaders = bound && eachOf(orElse(bound.names, null), textOf);

  if (countries && !rules.geo) return 'unsupported-claim';
  const lists = [resources, excluded, sourceIps, countries, names, boundHeaders];
  if (!times.every(Number.isFinite) || lists.some(isBroken)) return 'claims';
  if (rules.issuer !== null && claims.iss !== rules.issuer) return 'issuer';
  if (rules.audience !== null && !(eachOf(claims.aud, textOf) || []).includes(rules.audience)) return 'audience';
  if ((times[2] as number) > now + rules.leewaySeconds) return 'not-yet-valid';
  return {
    resources: resources as string[] | undefined,
    excluded: excluded as string[] | undefined,
    start: (times[1] as number) - rules.leewaySeconds,
    end: times[0] as number,
    sourceIps: sourceIps as SourceIp[] | undefined,
    countries: countries as string[] | undefined,
    boundHeaders: boundHeaders as string[] | undefined,
    boundDigest: bound && bound.sha256,
  };
}

/** The path of a pattern in the one spelling that it is matched in. */
function normalPattern(pattern: unknown): string | undefined {
  if (!isText(pattern)) return undefined;
  const start = queryStart(pattern);
  return plainDelimiters(pattern.slice(0, start)) + pattern.slice(start);
}

function textOf(value: unknown): string | undefined {
  return isText(value) ? value : undefined;
}

function orElse(claim: unknown, absent: unknown): unknown {
  return claim === undefined ? absent : claim;
}

/** What is read of a claim that is one value or a list, undefined for each that is broken; of an absent claim, undefined. */
function eachOf<T>(claim: unknown, read: (value: unknown) => T | undefined): (T | undefined)[] | undefined {
  return claim === undefined ? undefined : ([] as unknown[]).concat(claim).map(read);
}

function isBroken(values: unknown[] | undefined): boolean {
  return !!values && values.includes(undefined);
}
