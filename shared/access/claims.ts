/**
 * The claims of a token whose signature was verified, as a statement.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1
 */
import { readSourceIp, type SourceIp } from './source-ip.ts';
import type { Statement } from './statement.ts';

/** What a section asks of the token. */
export interface ClaimRules {
  readonly issuer: string | null;
  readonly audience: string | null;
  /** Tolerance for `nbf` and `iat`, in seconds; `exp` has none. */
  readonly leewaySeconds: number;
}

export type ClaimsFault = 'claims' | 'unsupported-claim' | 'issuer' | 'audience' | 'not-yet-valid';

/** Restrictions that this version does not check. A token that asks for one is refused, not let through. */
const UNSUPPORTED = ['not', 'geo', 'hdr'];

/** The statement that the claims make at `now` (epoch seconds), or why the token is refused. */
export function readClaims(claims: Record<string, unknown>, rules: ClaimRules, now: number): Statement | ClaimsFault {
  for (let i = 0; i < UNSUPPORTED.length; i++) {
    if (claims[UNSUPPORTED[i] as string] !== undefined) return 'unsupported-claim';
  }
  if (!isTime(claims.exp)) return 'claims';
  if (claims.nbf !== undefined && !isTime(claims.nbf)) return 'claims';
  if (claims.iat !== undefined && !isTime(claims.iat)) return 'claims';
  const resources = stringsOf(claims.res);
  const sourceIps = sourceIpsOf(claims.ip);
  if (resources === undefined || sourceIps === undefined) return 'claims';

  if (rules.issuer !== null && claims.iss !== rules.issuer) return 'issuer';
  if (rules.audience !== null && !isAudience(claims.aud, rules.audience)) return 'audience';
  if (claims.iat !== undefined && claims.iat > now + rules.leewaySeconds) return 'not-yet-valid';
  return {
    resources: resources,
    start: claims.nbf === undefined ? null : claims.nbf - rules.leewaySeconds,
    end: claims.exp,
    sourceIps: sourceIps,
  };
}

/** A NumericDate; not infinity, which `1e400` becomes. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isAudience(value: unknown, audience: string): boolean {
  return value === audience || (Array.isArray(value) && value.indexOf(audience) !== -1);
}

/** One string or a list; null when the claim is absent, undefined when it is anything else. */
function stringsOf(claim: unknown): string[] | null | undefined {
  if (claim === undefined) return null;
  if (typeof claim === 'string') return [claim];
  if (!Array.isArray(claim)) return undefined;
  for (let i = 0; i < claim.length; i++) if (typeof claim[i] !== 'string') return undefined;
  return claim;
}

function sourceIpsOf(claim: unknown): SourceIp[] | null | undefined {
  const texts = stringsOf(claim);
  if (texts === null || texts === undefined) return texts;
  const ranges: SourceIp[] = [];
  for (let i = 0; i < texts.length; i++) {
    const range = readSourceIp(texts[i] as string);
    if (range === null) return undefined;
    ranges.push(range);
  }
  return ranges;
}
