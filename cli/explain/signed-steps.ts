/** What a trusted key group looks at in a signed URL or signed cookies, one step after the other. */

import type { Explanation, Step } from '../../emulator/explanation.ts';
import { decodeCloudFrontBase64 } from '../../shared/access/cloudfront-base64.ts';
import {
  type SignedCredential,
  signedCredential,
  withoutSigningParameters,
} from '../../shared/access/signed-credential.ts';
import { hashAlgorithm, type SignedVisit, signedText, signedVerdict } from '../../shared/access/signed-verdict.ts';
import { type PublicKeys, verifyWith } from '../../signing/public-keys.ts';
import { nearestMiss } from './nearest-miss.ts';
import { ruleSteps } from './rule-steps.ts';

/** The verdict of the very code that the emulator checks with, and the steps to it. */
export function explainVisit(visit: SignedVisit, keys: PublicKeys): Explanation {
  const verdict = signedVerdict(visit, verifyWith(keys));
  const steps = signedSteps(visit, keys);
  if (verdict.allow) return { allow: true, reason: 'allowed', code: null, status: null, steps, nearest: null };
  const { reason, code } = verdict;
  return { allow: false, reason, code, status: 403, steps, nearest: nearestMiss(visit, reason, keys) };
}

/** Steps that need what an earlier one did not find are left out; the rules follow even where the signature fails. */
function signedSteps(visit: SignedVisit, keys: PublicKeys): Step[] {
  const credential = signedCredential(visit);
  const carrier = carrierStep(visit, credential);
  if (!carrier.ok) return [carrier];
  return [
    carrier,
    keyPairIdStep(credential),
    repeatedStep(credential),
    hashAlgorithmStep(credential),
    signatureStep(credential),
    ...policySteps(visit, credential, keys),
  ];
}

function carrierStep({ query, cookies }: SignedVisit, { policy, expires }: SignedCredential): Step {
  const expected = 'a signed URL, or signed cookies';
  const hasCookies = cookies.some(([name]) => name.startsWith('CloudFront-'));
  const isUrl = withoutSigningParameters(query) !== query;
  if (!isUrl && !hasCookies) return { step: 'carrier', expected, got: 'neither', ok: false };
  const kind = policy !== undefined ? 'custom policy' : expires !== undefined ? 'canned policy' : 'no policy';
  const ignored = isUrl && hasCookies ? '; the signed cookies beside it are not looked at' : '';
  return { step: 'carrier', expected, got: `${isUrl ? 'signed URL' : 'signed cookies'}, ${kind}${ignored}`, ok: true };
}

function keyPairIdStep({ keyPairId }: SignedCredential): Step {
  return { step: 'key pair id', expected: 'Key-Pair-Id', got: keyPairId || 'nothing', ok: Boolean(keyPairId) };
}

function repeatedStep({ repeated }: SignedCredential): Step {
  const ok = repeated === undefined;
  return { step: 'parameters', expected: 'each once', got: ok ? 'each once' : `${repeated} twice`, ok };
}

function hashAlgorithmStep({ hashAlgorithm: value }: SignedCredential): Step {
  const ok = hashAlgorithm(value) !== undefined;
  return {
    step: 'hash algorithm',
    expected: 'SHA1 or SHA256',
    got: value ?? 'none, which stands for SHA1',
    ok,
  };
}

function signatureStep({ signature }: SignedCredential): Step {
  const bytes = signature ? decodeCloudFrontBase64(signature) : undefined;
  const got = bytes ? `${bytes.length} bytes` : signature ? encodingFault(signature) : 'nothing';
  return { step: 'signature', expected: BASE64, got, ok: bytes !== undefined };
}

const BASE64 = "CloudFront's base64 (- _ ~ for + = /)";

function encodingFault(text: string): string {
  const wrong = /[^A-Za-z0-9~_-]/.exec(text)?.[0];
  return wrong === undefined ? 'a text that is not the one encoding of its bytes' : `a text with "${wrong}" in it`;
}

function policySteps(visit: SignedVisit, credential: SignedCredential, keys: PublicKeys): Step[] {
  const { policy, expires } = credential;
  const expected = `Expires, or Policy in ${BASE64}`;
  if (policy === undefined && expires === undefined) return [{ step: 'policy', expected, got: 'neither', ok: false }];
  const signed = signedText(credential);
  if (signed === undefined) return [{ step: 'policy', expected, got: encodingFault(policy ?? ''), ok: false }];
  const got = policy === undefined ? `Expires=${expires}` : `Policy, ${signed.length} bytes`;
  return [
    { step: 'policy', expected, got, ok: true },
    keyStep(credential, keys),
    ...signedTextStep(credential, signed, keys),
    ...ruleSteps(visit, credential, signed),
  ];
}

function keyStep({ keyPairId = '' }: SignedCredential, keys: PublicKeys): Step {
  const expected = keys.size === 0 ? 'a public key to check with' : `one of ${[...keys.keys()].join(', ')}`;
  return { step: 'key', expected, got: keyPairId, ok: keys.has(keyPairId) };
}

/** Shows the canned policy, which holds no more than the URL and the time. */
function signedTextStep(credential: SignedCredential, signed: Buffer, keys: PublicKeys): Step[] {
  const { keyPairId = '', signature = '', policy } = credential;
  const algorithm = hashAlgorithm(credential.hashAlgorithm);
  const bytes = decodeCloudFrontBase64(signature);
  if (algorithm === undefined || bytes === undefined || !keys.has(keyPairId)) return [];
  const what = policy === undefined ? `the canned policy of this URL, ${signed}` : 'the policy as it was sent';
  const expected = `a signature by ${keyPairId} with ${algorithm} over ${what}`;
  const ok = verifyWith(keys)(keyPairId, algorithm, signed, bytes) === true;
  return [
    { step: 'signed text', expected, got: ok ? expected : 'a signature over something else, or by another key', ok },
  ];
}
