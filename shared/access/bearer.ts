/** Whether the bearer of a token may fetch what was requested: form, signature, claims, statement. */

import { isText } from '../is-text.ts';
import { type ClaimRules, type ClaimsFault, readClaims } from './claims.ts';
import { type HmacSha256, type SecretKeys, type SignatureFault, signatureFault } from './hs256.ts';
import { REVOCABLE_CLAIMS, revocationKey, type Sha256 } from './revocation.ts';
import { type TokenStatementReason, type TokenVisit, tokenStatementRefusal } from './statement.ts';
import { readJsonObject, readToken, type Token, type TokenFault } from './token.ts';

/** Why a viewer is not let in. */
export type RefusalReason =
  | 'no-credential'
  | 'revoked'
  | TokenFault
  | SignatureFault
  | ClaimsFault
  | TokenStatementReason;

/** A token that lets its bearer in, unless it was revoked. */
export type Admission = Readonly<Record<string, unknown>>;

/** The well-formed tokens among the values shown, or why there is none. Needs no key and is cheap to refuse. */
export function tokensIn(values: readonly string[], algorithms: readonly string[]): Token[] | RefusalReason {
  return passed(values.map((value) => readToken(value, algorithms))) || 'no-credential';
}

/** The tokens that let their bearer in, or why the first one does not. */
export function admissions(
  tokens: readonly Token[],
  keys: SecretKeys,
  hmac: HmacSha256,
  rules: ClaimRules,
  visit: TokenVisit,
): Admission[] | RefusalReason {
  const verdicts = tokens.map((token) => signatureFault(token, keys, hmac) || admission(token, rules, visit));
  return passed(verdicts) as Admission[] | RefusalReason;
}

/** Those that are no reason to refuse; when all are, the first reason; undefined of none at all. */
function passed<T extends object>(verdicts: readonly (T | RefusalReason)[]): T[] | RefusalReason | undefined {
  const good = verdicts.filter((verdict) => !isText(verdict)) as T[];
  return good.length === 0 ? (verdicts[0] as RefusalReason | undefined) : good;
}

/**
 * What a token whose signature was verified says of a visit: its claims when it lets its bearer in,
 * otherwise why it does not. Whoever holds no key cannot make this costly.
 */
export function admission(token: Token, rules: ClaimRules, visit: TokenVisit): Admission | RefusalReason {
  const claims = readJsonObject(token.payload);
  if (!claims) return 'malformed';
  const statement = readClaims(claims, rules, visit.now);
  if (isText(statement)) return statement;
  return tokenStatementRefusal(statement, visit) || claims;
}

/** The keys of the key value store that tell whether a token was revoked. */
export function revocationKeys(admitted: Admission, sha256: Sha256): string[] {
  const claims = REVOCABLE_CLAIMS.filter((claim) => admitted[claim] !== undefined);
  return claims.map((claim) => revocationKey(claim, admitted[claim] as string, sha256));
}
