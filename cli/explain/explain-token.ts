import type { JWK } from 'jose';
import { readClaims } from '../../shared/access/claims.ts';
import { statementRefusal } from '../../shared/access/statement.ts';
import { readJsonObject, readToken } from '../../shared/access/token.ts';
import { tokenAlgorithms } from '../../signing/jwks.ts';
import { tokenSignatureFault } from '../../signing/token-signature.ts';
import { type Fields, fields, numberField, textField, wrong } from './fields.ts';

const JUDGED = ['aud', 'exp', 'iat', 'iss', 'nbf'];

/** The judged claims restrict neither the resource nor the address. */
const ANYWHERE = { scheme: '', host: '', path: '', query: undefined, viewerIp: '' };

/**
 * Judges signature, header, and the claims of time, issuer and audience. HS256 is decided by the rules
 * that ship in the CloudFront Function, other algorithms by jose behind the same rules.
 */
export async function explainToken(input: unknown): Promise<object> {
  const line = fields(input, 'line');
  const reason = await refusal(line);
  return reason === undefined ? { allow: true, reason: 'allowed' } : { allow: false, reason };
}

async function refusal(line: Fields): Promise<string | undefined> {
  const token = readToken(textField(line, 'token'), algorithmsOf(line));
  const keys = keysOf(line);
  const rules = {
    issuer: optionalText(line, 'issuer'),
    audience: optionalText(line, 'audience'),
    leewaySeconds: numberField(line, 'clockToleranceSeconds', 0),
    geo: false,
  };
  const now = numberField(line, 'now');
  if (typeof token === 'string') return token;

  const fault = await tokenSignatureFault(token, keys);
  if (fault !== undefined) return fault;
  const claims = readJsonObject(token.payload);
  if (claims === undefined) return 'malformed';
  const judged = Object.fromEntries(Object.entries(claims).filter(([name]) => JUDGED.includes(name)));
  const statement = readClaims(judged, rules, now);
  return typeof statement === 'string' ? statement : statementRefusal(statement, { ...ANYWHERE, now });
}

function algorithmsOf(line: Fields): string[] {
  const { algorithms } = line;
  if (Array.isArray(algorithms) && algorithms.every((name) => typeof name === 'string')) {
    return tokenAlgorithms(algorithms);
  }
  throw wrong('algorithms', 'a list of texts', algorithms);
}

function keysOf(line: Fields): JWK[] {
  const { keys } = fields(line.keys, 'keys');
  if (!Array.isArray(keys)) throw wrong('keys.keys', 'a list of keys (JWKS)', keys);
  return keys.map((key, index) => fields(key, `keys.keys[${index}]`) as JWK);
}

function optionalText(line: Fields, name: string): string | null {
  return line[name] === undefined || line[name] === null ? null : textField(line, name);
}
