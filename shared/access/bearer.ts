/** Whether the bearer of a token may fetch what was requested: form, signature, claims, statement. */
import type { Field } from '../events/cloudfront-functions.ts';
import { type ClaimRules, type ClaimsFault, readClaims } from './claims.ts';
import { type HmacSha256, type SecretKeys, type SignatureFault, signatureFault } from './hs256.ts';
import { refusalOf, type StatementReason, type Visit } from './statement.ts';
import { readJsonObject, readToken, type Token, type TokenFault } from './token.ts';

/** Why a viewer is not let in. */
export type RefusalReason = 'no-credential' | TokenFault | SignatureFault | ClaimsFault | StatementReason;

const ALGORITHMS = ['HS256'];

/** Of one cookie name at most this many values are tried. */
const MAX_VALUES = 2;

/** The well-formed tokens of a cookie, or why there is none. Needs no key and is cheap to refuse. */
export function tokensOf(cookie: Field | undefined): Token[] | RefusalReason {
  const values = valuesOf(cookie);
  let fault: RefusalReason = 'no-credential';
  const tokens: Token[] = [];
  for (let i = 0; i < values.length && i < MAX_VALUES; i++) {
    const token = readToken(values[i] as string, ALGORITHMS);
    if (typeof token !== 'string') tokens.push(token);
    else if (fault === 'no-credential') fault = token;
  }
  return tokens.length === 0 ? fault : tokens;
}

/** An empty cookie is no credential. */
function valuesOf(cookie: Field | undefined): string[] {
  const values: string[] = [];
  if (cookie === undefined) return values;
  const fields = cookie.multiValue || [cookie];
  for (let i = 0; i < fields.length; i++) {
    const value = (fields[i] as Field).value;
    if (value !== '') values.push(value);
  }
  return values;
}

/** Null when one of the tokens lets its bearer in; otherwise why the first one does not. */
export function bearerRefusal(
  tokens: readonly Token[],
  keys: SecretKeys,
  hmac: HmacSha256,
  rules: ClaimRules,
  visit: Visit,
): RefusalReason | null {
  let refusal: RefusalReason | null = null;
  for (let i = 0; i < tokens.length; i++) {
    const reason = tokenRefusal(tokens[i] as Token, keys, hmac, rules, visit);
    if (reason === null) return null;
    if (refusal === null) refusal = reason;
  }
  return refusal === null ? 'no-credential' : refusal;
}

/** The signature is verified before the payload is parsed: whoever holds no key cannot make it costly. */
function tokenRefusal(
  token: Token,
  keys: SecretKeys,
  hmac: HmacSha256,
  rules: ClaimRules,
  visit: Visit,
): RefusalReason | null {
  const fault = signatureFault(token, keys, hmac);
  if (fault !== null) return fault;
  const claims = readJsonObject(token.payload);
  if (claims === null) return 'malformed';
  const statement = readClaims(claims, rules, visit.now);
  return typeof statement === 'string' ? statement : refusalOf(statement, visit);
}
