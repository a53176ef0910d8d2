/** A key set that is asked for again while the function runs. */
import { createRemoteJWKSet, type JWK } from 'jose';

/** How long a set that was fetched is used, in milliseconds. */
const MAX_AGE_MS = 600_000;

/** A key that is not in the set, and a set that could not be fetched, are asked for again after this time. */
const COOLDOWN_MS = 30_000;

/** How long a viewer waits for it. */
const TIMEOUT_MS = 1_000;

/** The keys to look `kid` up in, at `now` in epoch milliseconds. */
export type RemoteJwks = (kid: string | undefined, now: number) => Promise<readonly JWK[]>;

/**
 * Begins with the keys that the build found, and asks the URL before the first use, after ten minutes,
 * and for a key that it does not know. While the URL does not answer, the last known keys hold.
 */
export function remoteJwks(url: string, inlined: readonly JWK[]): RemoteJwks {
  const remote = createRemoteJWKSet(new URL(url), { timeoutDuration: TIMEOUT_MS });
  let keys = inlined;
  let staleAt = Number.NEGATIVE_INFINITY;
  let askAgainAt = Number.NEGATIVE_INFINITY;
  return async (kid, now) => {
    const isUnknown = kid !== undefined && !keys.some((key) => key.kid === kid);
    if (now < askAgainAt || (now < staleAt && !isUnknown)) return keys;
    askAgainAt = now + COOLDOWN_MS;
    try {
      await remote.reload();
      keys = remote.jwks()?.keys ?? keys;
      staleAt = now + MAX_AGE_MS;
    } catch {
      // The last known keys hold.
    }
    return keys;
  };
}
