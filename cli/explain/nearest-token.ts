/** What a refused token would have had to be: plausible changes are tried, until it fits. */
import { admission } from '../../shared/access/bearer.ts';
import { readJsonObject, readToken, type Token } from '../../shared/access/token.ts';
import type { EdgeConfig, ProtectedSection } from '../../shared/config.ts';
import { newName } from '../../signing/jwks.ts';
import { claimVariants } from './claim-variants.ts';
import { namedAlgorithm } from './hidden.ts';
import { words } from './time-step.ts';
import type { TokenCheck } from './token-check.ts';

/** The reasons of a token whose signature fits, in the order in which they are judged. */
const BEHIND_SIGNATURE = ['claims', 'issuer', 'audience', 'not-yet-valid', 'expired', 'resource', 'excluded'];

/** Seconds: who is further beside the time than this did not miss it. */
const NEAR = 3600;

/** One sentence; null when nothing near was found. */
export async function nearestToken(value: string, check: TokenCheck, config: EdgeConfig): Promise<string | null> {
  const token = readToken(value, check.algorithms);
  if (token === 'algorithm') return otherSection(value, check.section, config);
  if (typeof token === 'string') return otherEncoding(value, check);
  if (check.reason === 'unknown-key' || check.reason === 'signature') return otherKey(token, check);
  const claims = readJsonObject(token.payload);
  return claims === undefined ? null : (timeMiss(claims, check) ?? otherClaims(claims, check));
}

/** A token of the other function. */
function otherSection(value: string, section: ProtectedSection, config: EdgeConfig): string | null {
  const algorithm = newName(namedAlgorithm(value) ?? '');
  const others = config.protected.filter(({ algorithms }) => algorithms.map(newName).includes(algorithm));
  const isSecret = section.algorithms.includes('HS256');
  const isOther = isSecret ? ['RS256', 'PS256', 'ES256', 'Ed25519'].includes(algorithm) : algorithm === 'HS256';
  if (others.length === 0 && !isOther) return null;
  const where = others.length === 0 ? 'no section here' : others.map(({ path }) => path).join(', ');
  const kind = isSecret ? 'a secret of the store' : 'a public key';
  return `the token is signed with ${algorithm}, which is for ${where}, but ${section.path} checks with ${kind}`;
}

/** What came instead of a token as it was made, and the way back. */
const ENCODINGS: readonly (readonly [has: string, change: (value: string) => string])[] = [
  ['padding (=)', (value) => value.replaceAll('=', '')],
  ['quotation marks around it', (value) => value.replace(/^"(.*)"$/, '$1')],
  ['"Bearer " before it', (value) => value.replace(/^Bearer\s+/i, '')],
  ['spaces or line breaks in it', (value) => value.replace(/\s+/g, '')],
  ['percent-encoded characters', (value) => value.replace(/%[0-9a-f]{2}/gi, decodeURIComponentOrNot)],
  [
    'standard base64 (+ and / for - and _)',
    (value) => value.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
  ],
];

function decodeURIComponentOrNot(byte: string): string {
  const code = Number.parseInt(byte.slice(1), 16);
  return code < 0x80 ? String.fromCharCode(code) : byte;
}

async function otherEncoding(value: string, check: TokenCheck): Promise<string | null> {
  for (const [has, change] of ENCODINGS) {
    const changed = change(value);
    if (changed === value || typeof readToken(changed, check.algorithms) === 'string') continue;
    const isAdmitted = (await check.refusalOf(changed)) === undefined;
    return `in plain base64url the token is ${isAdmitted ? 'good' : 'well-formed'}, but it has ${has}`;
  }
  return null;
}

async function otherKey(token: Token, { keys }: TokenCheck): Promise<string | null> {
  const { kids = [], fault, fitsText } = await keys();
  for (const kid of kids) {
    if (kid === token.kid || (await fault({ ...token, kid })) !== undefined) continue;
    return `the signature fits the key ${kid}, but the token names ${token.kid === undefined ? 'none' : 'another'}`;
  }
  if (!fitsText(token)) return null;
  return 'the signature fits the base64url text of the secret, but the key is the bytes that the text stands for';
}

/** Late or early by less than an hour. */
function timeMiss(claims: Claims, check: TokenCheck): string | null {
  const { section, visit, reason } = check;
  const { now } = visit;
  const { exp, nbf, iat } = claims as { exp: number; nbf?: number; iat?: number };
  if (reason === 'expired' && now - exp < NEAR) {
    return now === exp ? 'expired this very second' : `expired ${words(now - exp)} ago`;
  }
  if (reason !== 'not-yet-valid') return null;
  const [name, time] = (iat ?? 0) > now + section.leewaySeconds ? ['iat', iat ?? 0] : ['nbf', nbf ?? 0];
  const wait = time - section.leewaySeconds - now;
  if (wait >= NEAR) return null;
  const leeway = `${words(wait)} beyond the ${words(section.leewaySeconds)} of leeway`;
  return `${name} is ${words(time - now)} ahead, ${leeway}`;
}

type Claims = Readonly<Record<string, unknown>>;

function otherClaims(claims: Claims, check: TokenCheck): string | null {
  const fitting = claimVariants(claims, check).find((variant) =>
    isFit(variant.claims ?? claims, { ...check, visit: { ...check.visit, ...variant.visit } }),
  );
  return fitting?.sentence ?? null;
}

/** Whether the claims are good, or refused for something that is judged later. */
function isFit(claims: Claims, { section, visit, reason }: TokenCheck): boolean {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  const verdict = admission({ ...UNSIGNED, payload }, section, visit);
  if (typeof verdict !== 'string') return true;
  return !BEHIND_SIGNATURE.slice(0, BEHIND_SIGNATURE.indexOf(reason ?? '') + 1).includes(verdict);
}

const UNSIGNED: Token = { algorithm: '', kid: undefined, signedText: '', payload: '', signature: '' };
