/**
 * The claims of a token whose signature was verified, as a statement.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1
 */
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
}

/** Any JSON object: nothing is known of its values. */
type Claims = Readonly<Record<string, unknown>>;

export type ClaimsFault = 'claims' | 'unsupported-claim' | 'issuer' | 'audience' | 'not-yet-valid';

/** Restrictions that this version does not check. A token that asks for one is refused, not let through. */
const UNSUPPORTED = ['geo', 'hdr'];

/** The statement that the claims make at `now` (epoch seconds), or why the token is refused. */
export function readClaims(claims: Claims, rules: ClaimRules, now: number): Statement | ClaimsFault {
  if (UNSUPPORTED.some((name) => claims[name] !== undefined)) return 'unsupported-claim';
  const start = claims.nbf;
  const issued = claims.iat;
  if (!isTime(claims.exp) || !isTime(start === undefined ? 0 : start) || !isTime(issued === undefined ? 0 : issued)) {
    return 'claims';
  }
  const sourceIps = textsOf(claims.ip).map((text) => readSourceIp(text));
  const resources = textsOf(claims.res);
  const excluded = textsOf(claims.not);
  if (sourceIps.indexOf(undefined) !== -1 || resources.concat(excluded).some(isNoText)) return 'claims';

  if (rules.issuer !== null && claims.iss !== rules.issuer) return 'issuer';
  if (rules.audience !== null && textsOf(claims.aud).indexOf(rules.audience) === -1) return 'audience';
  if ((issued as number) > now + rules.leewaySeconds) return 'not-yet-valid';
  return {
    resources: claims.res === undefined ? undefined : resources.map(normalPattern),
    excluded: excluded.length === 0 ? undefined : excluded.map(normalPattern),
    start: start === undefined ? undefined : (start as number) - rules.leewaySeconds,
    end: claims.exp,
    sourceIps: claims.ip === undefined ? undefined : (sourceIps as SourceIp[]),
  };
}

/** The path of a pattern in the one spelling that it is matched in. */
function normalPattern(pattern: string): string {
  const start = queryStart(pattern);
  return plainDelimiters(pattern.slice(0, start)) + pattern.slice(start);
}

/** A NumericDate; not infinity, which `1e400` becomes. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isNoText(value: unknown): boolean {
  return typeof value !== 'string';
}

/** The values of a claim that is one string or a list; none when it is absent. */
function textsOf(claim: unknown): string[] {
  return claim === undefined ? [] : ([] as string[]).concat(claim as string);
}
