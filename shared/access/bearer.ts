/** Whether the bearer of a token may fetch what was requested: form, signature, claims, statement. */
import { normalPath } from './canonical-path.ts';
import { type ClaimRules, type ClaimsFault, readClaims } from './claims.ts';
import { type HmacSha256, type SecretKeys, type SignatureFault, signatureFault } from './hs256.ts';
import { type Statement, type StatementReason, statementRefusal, type Visit } from './statement.ts';
import { readJsonObject, readToken, type Token, type TokenFault } from './token.ts';

/** Why a viewer is not let in. */
export type RefusalReason = 'no-credential' | TokenFault | SignatureFault | ClaimsFault | StatementReason;

const ALGORITHMS = ['HS256'];

/** The well-formed tokens among the values shown, or why there is none. Needs no key and is cheap to refuse. */
export function tokensIn(values: readonly string[]): Token[] | RefusalReason {
  const readings = values.map((value) => readToken(value, ALGORITHMS));
  const tokens = readings.filter((reading) => typeof reading !== 'string') as Token[];
  return tokens.length === 0 ? (readings[0] as TokenFault | undefined) || 'no-credential' : tokens;
}

/** Undefined when one of the tokens lets its bearer in; otherwise why the first one does not. */
export function bearerRefusal(
  tokens: readonly Token[],
  keys: SecretKeys,
  hmac: HmacSha256,
  rules: ClaimRules,
  visit: Visit,
): RefusalReason | undefined {
  const refusals = tokens.map((token) => tokenRefusal(token, keys, hmac, rules, visit));
  return refusals.indexOf(undefined) === -1 ? refusals[0] || 'no-credential' : undefined;
}

/** The signature is verified before the payload is parsed: whoever holds no key cannot make it costly. */
function tokenRefusal(
  token: Token,
  keys: SecretKeys,
  hmac: HmacSha256,
  rules: ClaimRules,
  visit: Visit,
): RefusalReason | undefined {
  const fault = signatureFault(token, keys, hmac);
  if (fault) return fault;
  const claims = readJsonObject(token.payload);
  if (!claims) return 'malformed';
  const statement = readClaims(claims, rules, visit.now);
  return typeof statement === 'string' ? statement : statementRefusal(statement, spelledFor(statement, visit));
}

/** With the path as the patterns are spelled, which only a token with patterns has to pay for. */
function spelledFor(statement: Statement, visit: Visit): Visit {
  const requested = visit.requested;
  if (!statement.resources && !statement.excluded) return visit;
  return {
    requested: {
      scheme: requested.scheme,
      host: requested.host,
      path: normalPath(requested.path),
      query: requested.query,
    },
    viewerIp: visit.viewerIp,
    now: visit.now,
  };
}
