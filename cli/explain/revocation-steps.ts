import type { Step } from '../../emulator/explanation.ts';
import type { Admission } from '../../shared/access/bearer.ts';
import { isRevoked } from '../../shared/access/revocation.ts';
import { iso } from './time-step.ts';
import type { Revocable, TokenCheck } from './token-check.ts';

/** Whether the token's session or viewer was revoked since it was issued. They are shown by hash. */
export async function revocationSteps(claims: Admission, { keys }: TokenCheck): Promise<Step[]> {
  const { revocable: revocableOf } = await keys();
  return (await revocableOf(claims)).map((revocable) => {
    const { claim, hash, entry } = revocable;
    const ok = entry === undefined || !isRevoked(claims, entry);
    const expected = 'not revoked since the token was issued';
    return { step: claim, expected, got: `${hash}, ${revokedWords(revocable, claims.iat)}`, ok };
  });
}

function revokedWords({ entry }: Revocable, issuedAt: unknown): string {
  if (entry === undefined) return 'not revoked';
  const issued = typeof issuedAt === 'number' ? iso(issuedAt) : 'nobody says when';
  const revoked = Number.isFinite(Number(entry)) ? `those issued until ${iso(Number(entry))}` : 'all';
  return `issued ${issued}, and ${revoked} are revoked`;
}
