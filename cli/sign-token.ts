import { unexpected } from '../config/errors.ts';
import { readSourceIp } from '../shared/access/source-ip.ts';
import { signHs256 } from '../signing/hs256.ts';
import { signingKey } from './local-keys.ts';
import { secondsOf } from './moment.ts';

export interface SignTokenOptions {
  readonly path: string[];
  readonly not: string[];
  readonly expires: string;
  readonly notBefore?: string;
  readonly ip: string[];
  readonly issuer?: string;
  readonly audience: string[];
  readonly kid?: string;
}

/** Prints the token alone, so that it can stand inside another command. */
export async function signToken(root: string, options: SignTokenOptions): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const { path, not } = options;
  for (const pattern of [...path, ...not]) {
    if (!/^(?:\/|https:\/\/|\*$)/.test(pattern)) {
      throw unexpected('ERR_OPTION_INVALID', '--path', 'a pattern that begins with "/" or "https://", or "*"', pattern);
    }
  }
  for (const ip of options.ip) {
    if (readSourceIp(ip) === undefined)
      throw unexpected('ERR_OPTION_INVALID', '--ip', 'an IP address or CIDR range', ip);
  }
  const exp = now + secondsOf('--expires', options.expires);
  const nbf = options.notBefore === undefined ? undefined : now + secondsOf('--not-before', options.notBefore);
  if (nbf !== undefined && nbf >= exp) {
    throw unexpected('ERR_OPTION_INVALID', '--expires', 'a time after --not-before', options.expires);
  }
  const claims = {
    exp,
    ...(nbf !== undefined && { nbf }),
    ...(options.issuer !== undefined && { iss: options.issuer }),
    ...(options.audience.length > 0 && { aud: options.audience }),
    ...(options.path.length > 0 && { res: options.path }),
    ...(options.not.length > 0 && { not: options.not }),
    ...(options.ip.length > 0 && { ip: options.ip }),
  };
  process.stdout.write(`${await signHs256(claims, signingKey(root, options.kid), now)}\n`);
}
