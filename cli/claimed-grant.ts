/** The claims of a token, as a policy of CloudFront's own signature says them. */
import { unexpected } from '../config/errors.ts';
import type { RequestToSign } from '../emulator/request-signer.ts';
import type { Grant } from '../signing/signed-requests.ts';
import { isOneUrl, isPolicyAddress } from './policy-limits.ts';

export interface ClaimedGrant {
  readonly grant: Grant;
  /** Whether it takes a custom policy: a canned one says which URL, and until when. */
  readonly isCustom: boolean;
}

const CARRIED = ['res', 'exp', 'nbf', 'ip'];

/**
 * A resource from `/` is one of this host; without it the URL alone is meant. `nbf` is the first allowed second.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for claims that a policy cannot carry. Values are not quoted.
 */
export function claimedGrant(claims: Readonly<Record<string, unknown>>, request: RequestToSign): ClaimedGrant {
  const { res, exp, nbf, ip } = claims;
  const stray = Object.keys(claims).find((name) => !CARRIED.includes(name));
  if (stray !== undefined) throw invalid(stray, 'none: a policy carries res, nbf and ip');
  if (res !== undefined && (typeof res !== 'string' || res === '')) throw invalid('res', 'one resource, as a text');
  if (nbf !== undefined && !Number.isSafeInteger(nbf)) throw invalid('nbf', 'epoch seconds');
  if (ip !== undefined && !isPolicyAddress(ip)) throw invalid('ip', 'one IPv4 address or range');
  const url = `${request.base}${request.path}`;
  const isCustom = [res, nbf, ip].some((claim) => claim !== undefined);
  if (!isCustom && !isOneUrl(url)) {
    throw unexpected('ERR_OPTION_INVALID', 'path', 'no * and no " without the claim res', 'one');
  }
  return {
    isCustom,
    grant: {
      resource: res?.startsWith('/') ? `${request.base}${res}` : (res ?? url),
      dateLessThan: Number(exp),
      ...(nbf !== undefined && { dateGreaterThan: Number(nbf) - 1 }),
      ...(ip !== undefined && { ipAddress: ip }),
    },
  };
}

function invalid(claim: string, expected: string) {
  return unexpected('ERR_OPTION_INVALID', `claims.${claim}`, expected, 'another');
}
