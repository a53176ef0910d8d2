/** What the claims of a token ask, beside what was requested: each a step, judged by the rules of the edge. */

import type { Step } from '../../emulator/explanation.ts';
import type { Admission } from '../../shared/access/bearer.ts';
import { readClaims } from '../../shared/access/claims.ts';
import { type Statement, type TokenStatementReason, tokenStatementRefusal } from '../../shared/access/statement.ts';
import { readJsonObject, type Token } from '../../shared/access/token.ts';
import { kindOf } from './fields.ts';
import { brief, withoutCredentials } from './hidden.ts';
import { revocationSteps } from './revocation-steps.ts';
import { iso, timeStep } from './time-step.ts';
import type { TokenCheck } from './token-check.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Steps that need what an earlier one did not find are left out. */
export async function claimSteps(token: Token, check: TokenCheck): Promise<Step[]> {
  const claims = readJsonObject(token.payload);
  const expected = 'a JSON object in its one encoding';
  if (claims === undefined) return [{ step: 'claims', expected, got: 'another text', ok: false }];
  const { section, visit } = check;
  const isCountryUnasked = readClaims(claims, { ...ANY, geo: section.geo }, visit.now) === 'unsupported-claim';
  if (isCountryUnasked) {
    const reason = 'no geo, since the section does not ask where viewers are';
    return [{ step: 'geo', expected: reason, got: brief(claims.geo), ok: false }];
  }
  const statement = readClaims({ ...claims, iat: undefined }, { ...ANY, leewaySeconds: section.leewaySeconds }, 0);
  const fault = claimFault(claims);
  if (typeof statement === 'string' || fault !== undefined) {
    return [{ step: 'claims', expected: 'exp, and each claim of its kind', got: fault ?? 'others', ok: false }];
  }
  return [
    ...partySteps(claims, check),
    ...timeSteps(claims, statement, check),
    ...resourceSteps(claims, statement, check),
    ...placeSteps(claims, statement, check),
    ...(await revocationSteps(claims as Admission, check)),
  ];
}

const ANY = { issuer: null, audience: null, leewaySeconds: Number.POSITIVE_INFINITY, geo: true };

/** The first claim that is of another kind than it has to be. Whom a token is for is not shown. */
function claimFault(claims: Claims): string | undefined {
  const names = ['exp', 'nbf', 'iat', 'res', 'not', 'ip', 'geo', 'hdr', 'sid', 'sub'];
  const name = names.find((own) => readClaims({ exp: 0, [own]: claims[own] }, ANY, 0) === 'claims');
  if (name === undefined) return undefined;
  return `${['sid', 'sub'].includes(name) ? kindOf(claims[name]) : brief(claims[name])} as ${name}`;
}

/** Who made the token, and for whom. */
function partySteps(claims: Claims, { section, visit }: TokenCheck): Step[] {
  const step = (name: 'iss' | 'aud', required: string | null, fault: string, rules: object): Step[] => {
    if (required === null && claims[name] === undefined) return [];
    const verdict = readClaims({ exp: 0, [name]: claims[name] }, { ...ANY, ...rules }, visit.now);
    return [{ step: name, expected: required ?? 'any', got: shownClaim(claims[name]), ok: verdict !== fault }];
  };
  return [
    ...step('iss', section.issuer, 'issuer', { issuer: section.issuer }),
    ...step('aud', section.audience, 'audience', { audience: section.audience }),
  ];
}

function timeSteps(claims: Claims, { start, end }: Statement, { section, visit }: TokenCheck): Step[] {
  const { now } = visit;
  const { leewaySeconds } = section;
  const leeway = leewaySeconds === 0 ? '' : `, with ${leewaySeconds} s of leeway`;
  const { iat, nbf } = claims as { iat?: number; nbf?: number };
  const steps: Step[] = [];
  if (iat !== undefined) {
    const ok = readClaims({ exp: 0, iat }, { ...ANY, leewaySeconds }, now) !== 'not-yet-valid';
    steps.push(timeStep('iat', `${iso(iat)} or later${leeway}${unit(iat)}`, now, iat, ok));
  }
  steps.push(timeStep('exp', `before ${iso(end)}${unit(end)}`, now, end, holds({ end }, visit)));
  if (nbf !== undefined) {
    steps.push(timeStep('nbf', `${iso(nbf)} or later${leeway}${unit(nbf)}`, now, nbf, holds({ start }, visit)));
  }
  return steps;
}

function unit(seconds: number): string {
  return seconds > 1e11 ? ' (it looks like milliseconds)' : '';
}

function resourceSteps(claims: Claims, { resources, excluded }: Statement, { visit }: TokenCheck): Step[] {
  const query = visit.query === undefined ? '' : `?${visit.query}`;
  const got = withoutCredentials(`${visit.scheme}://${visit.host}${visit.path}${query}`);
  const steps: Step[] = [];
  if (resources !== undefined) {
    steps.push({ step: 'res', expected: shownClaim(claims.res), got, ok: holds({ resources }, visit) });
  }
  if (excluded !== undefined) {
    steps.push({ step: 'not', expected: `not ${shownClaim(claims.not)}`, got, ok: holds({ excluded }, visit) });
  }
  return steps;
}

/** Where the viewer is, and with what headers. */
function placeSteps(
  claims: Claims,
  { sourceIps, countries, boundHeaders, boundDigest }: Statement,
  { visit }: TokenCheck,
): Step[] {
  const steps: Step[] = [];
  if (sourceIps !== undefined) {
    const got = visit.viewerIp || 'no address (--ip says it)';
    const expected = `an address of ${shownClaim(claims.ip)}`;
    steps.push({ step: 'ip', expected, got, ok: holds({ sourceIps }, visit) });
  }
  if (countries !== undefined) {
    const country = visit.header('cloudfront-viewer-country');
    const region = visit.header('cloudfront-viewer-country-region');
    const got = country === '' ? 'no country (--header "CloudFront-Viewer-Country: DE" says it)' : country;
    const expected = `one of ${shownClaim(claims.geo)}`;
    steps.push({
      step: 'geo',
      expected,
      got: region === '' ? got : `${got}, region ${region}`,
      ok: holds({ countries }, visit),
    });
  }
  if (boundHeaders === undefined) return steps;
  const absent = boundHeaders.filter((name) => visit.header(name) === '');
  const ok = holds({ boundHeaders, boundDigest }, visit);
  const which = ok ? 'as they were' : 'another value of one of them, and a hash does not tell which';
  return [
    ...steps,
    {
      step: 'hdr',
      expected: `${boundHeaders.join(', ')} as they were when the token was signed`,
      got: absent.length === 0 ? which : `${which}; absent: ${absent.join(', ')}`,
      ok,
    },
  ];
}

const ALWAYS = { resources: undefined, start: -Infinity, end: Infinity, sourceIps: undefined };

/** Whether this part of a statement alone lets the visit in. */
function holds(part: Partial<Statement>, visit: TokenCheck['visit']): boolean {
  const refusal: TokenStatementReason | undefined = tokenStatementRefusal({ ...ALWAYS, ...part }, visit);
  return refusal === undefined;
}

/** A text as it is, anything else as JSON. */
function shownClaim(claim: unknown): string {
  if (claim === undefined) return 'nothing';
  if (typeof claim === 'string') return claim;
  return Array.isArray(claim) && claim.every((item) => typeof item === 'string')
    ? claim.join(', ') || 'an empty list'
    : brief(claim);
}
