/** What a refused request would have had to be: plausible changes are tried, until the signature fits. */
import { type SignedReason, type SignedVisit, signedVerdict } from '../../shared/access/signed-verdict.ts';
import { type PublicKeys, verifyWith } from '../../signing/public-keys.ts';
import { credentialVariants } from './credential-variants.ts';
import { urlVariants, type Variant } from './url-variants.ts';

/** The reasons of a request whose signature fits, in the order in which they are judged. */
const BEHIND_SIGNATURE: readonly SignedReason[] = [
  'policy-statement',
  'resource',
  'expired',
  'not-yet-valid',
  'source-ip',
];

/** Beyond as many, two changes at once are not tried: each costs a verification. */
const MAX_FOR_PAIRS = 80;

/** One sentence; null for a request that was refused for its time or address, and when nothing fits. */
export function nearestMiss(visit: SignedVisit, reason: SignedReason, keys: PublicKeys): string | null {
  const reached = BEHIND_SIGNATURE.indexOf(reason);
  if (reached > BEHIND_SIGNATURE.indexOf('resource')) return null;
  const verify = verifyWith(keys);
  const isFit = ({ visit: changed }: Variant): boolean => {
    const verdict = signedVerdict(changed, verify);
    return verdict.allow || BEHIND_SIGNATURE.indexOf(verdict.reason) > reached;
  };
  const subject = reason === 'resource' ? 'the policy covers' : 'the signature fits';
  const first = variants(signedParts(visit), keys);
  const one = first.find(isFit);
  if (one !== undefined) return `${subject} ${one.fits}, but ${one.but}`;
  if (first.length > MAX_FOR_PAIRS) return null;
  for (const change of first) {
    const other = variants(change.visit, keys).find(isFit);
    if (other === undefined) continue;
    return `${subject} ${change.fits} and ${other.fits}, but ${change.but}, and ${other.but}`;
  }
  return null;
}

/** What a signature can be over: a request has more headers and cookies, and there are thousands of variants of it. */
function signedParts({ scheme, host, path, query, cookies, viewerIp, now }: SignedVisit): SignedVisit {
  const signed = cookies.filter(([name]) => /^cloudfront-/i.test(name));
  return { scheme, host, path, query, cookies: signed, viewerIp, now };
}

function variants(visit: SignedVisit, keys: PublicKeys): Variant[] {
  const own = JSON.stringify(visit);
  const all = [...urlVariants(visit), ...credentialVariants(visit, keys)];
  return all.filter((variant) => JSON.stringify(variant.visit) !== own);
}
