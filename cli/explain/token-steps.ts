/** What a section looks at in a token, one step after the other: form, key, signature. */

import type { Step } from '../../emulator/explanation.ts';
import { readJsonObject, readToken, type Token } from '../../shared/access/token.ts';
import { claimSteps } from './claim-steps.ts';
import { brief, plain } from './hidden.ts';
import type { CheckKeys, TokenCheck } from './token-check.ts';

/** Steps that need what an earlier one did not find are left out; the claims follow even where the signature fails. */
export async function tokenSteps(value: string, check: TokenCheck): Promise<Step[]> {
  const token = readToken(value, check.algorithms);
  if (typeof token === 'string') return formSteps(value, check.section.algorithms, token);
  return [
    ...formSteps(value, check.section.algorithms, undefined),
    ...(await keySteps(token, await check.keys())),
    ...(await claimSteps(token, check)),
  ];
}

/** Up to the one that has the fault. */
function formSteps(value: string, algorithms: readonly string[], fault: string | undefined): Step[] {
  const header = readJsonObject(value.split('.')[0] ?? '');
  const text = textFault(value);
  const place =
    fault === undefined ? 3 : fault === 'algorithm' ? 2 : fault === 'malformed' && text === undefined ? 1 : 0;
  const length = value.length.toLocaleString('en');
  const steps: Step[] = [
    {
      step: 'token',
      expected: 'three segments of base64url without padding, at most 2,048 characters',
      got: fault === 'malformed' && text !== undefined ? text : `three segments, ${length} characters`,
      ok: place > 0,
    },
    {
      step: 'header',
      expected: 'a JSON object in its one encoding, kid a text if any, no crit',
      got: headerWords(header),
      ok: place > 1,
    },
    {
      step: 'algorithm',
      expected: algorithms.join(', ') || 'none',
      got: header?.alg === undefined ? 'none said' : plain(header.alg),
      ok: place > 2,
    },
  ];
  if (fault === 'oversized') return [{ ...(steps[0] as Step), got: `${length} characters` }];
  return steps.slice(0, place + 1);
}

/** What the segments are, where they are not three of base64url. */
function textFault(value: string): string | undefined {
  const segments = value.split('.');
  if (segments.length !== 3) return `${segments.length} ${segments.length === 1 ? 'segment' : 'segments'}`;
  const index = segments.findIndex((segment) => !/^[\w-]+$/.test(segment) || segment.endsWith('\n'));
  if (index === -1) return undefined;
  const strange = /[^\w-]/u.exec(segments[index] ?? '')?.[0];
  return `segment ${index + 1} that ${strange === undefined ? 'is empty' : `has ${brief(strange)} in it`}`;
}

function headerWords(header: Readonly<Record<string, unknown>> | undefined): string {
  if (header === undefined) return 'another text';
  if (header.crit !== undefined) return 'crit';
  const { kid } = header;
  return kid === undefined || typeof kid === 'string' ? 'a JSON object' : `${brief(kid)} as kid`;
}

async function keySteps(token: Token, keys: CheckKeys): Promise<Step[]> {
  const { kids, names, where } = keys;
  if (kids === undefined) {
    const expected = `"state" with keys in ${where} ("npm start" makes it)`;
    return [{ step: 'store', expected, got: 'none that the edge could read', ok: false }];
  }
  const fault = await keys.fault(token);
  const key: Step = {
    step: 'key',
    expected: names.length === 0 ? `a key in ${where}` : `one of ${names.join(', ')} in ${where}`,
    got: keyWords(token.kid, names),
    ok: fault === undefined || fault === 'signature',
  };
  if (fault === 'weak-key') return [{ ...key, got: `${key.got}, of fewer than 32 bytes` }];
  if (fault === 'key-unreadable') {
    return [{ ...key, got: `${key.got}, which the edge does not tell and .edgekeeper/local/keys does not hold` }];
  }
  if (fault === 'unknown-key') return [key];
  const ok = fault === undefined;
  const expected = `a signature by that key with ${token.algorithm}`;
  return [key, { step: 'signature', expected, got: ok ? expected : 'one over something else, or by another key', ok }];
}

function keyWords(kid: string | undefined, names: readonly string[]): string {
  if (kid !== undefined) return plain(kid);
  return names.length === 1 ? `no kid, so the only one, ${names[0]}` : `no kid, and ${names.length} keys`;
}
