/** HS256 tokens, judged as the CloudFront Function does, by the modules that ship in it. */
import { admissions, type RefusalReason, revocationKeys, tokensIn } from '../../shared/access/bearer.ts';
import { carriedValues } from '../../shared/access/carriers.ts';
import { type SecretKeys, signatureFault } from '../../shared/access/hs256.ts';
import { isRevoked, REVOCABLE_CLAIMS, REVOCATION_PREFIX } from '../../shared/access/revocation.ts';
import type { Token } from '../../shared/access/token.ts';
import { visitOf } from '../../shared/access/visit.ts';
import type { ProtectedSection } from '../../shared/config.ts';
import type { Viewer } from '../../signing/credential.ts';
import { hmacSha256, sha256 } from '../../signing/digests.ts';
import type { ReadableStore } from './store-secrets.ts';
import type { CheckKeys, TokenCheck, TokenReason } from './token-check.ts';

const ALGORITHMS = ['HS256'];

/** @param now epoch seconds */
export async function secretCheck(
  { request, ip }: Viewer,
  pathToken: string | undefined,
  section: ProtectedSection,
  openStore: () => Promise<ReadableStore>,
  now: number,
): Promise<TokenCheck> {
  const values = carriedValues(request, section, pathToken);
  const visit = visitOf(request, ip, section, now, sha256);
  let opened: Promise<ReadableStore> | undefined;
  const store = (): Promise<ReadableStore> => {
    opened ??= openStore();
    return opened;
  };
  const refusalOf = async (shown: readonly string[]): Promise<TokenReason | undefined> => {
    const tokens = tokensIn(shown, ALGORITHMS);
    if (typeof tokens === 'string') return tokens;
    const { keys, unreadable, entry } = await store();
    if (keys === undefined) return 'state-unreadable';
    const verdict = admissions(tokens, keys, hmacSha256, section, visit);
    if (typeof verdict === 'string') return told(verdict, tokens[0], keys, unreadable);
    if (!section.revocation) return undefined;
    for (const claims of verdict) {
      const entries = await Promise.all(revocationKeys(claims, sha256).map(entry));
      if (!entries.some((text) => text !== undefined && isRevoked(claims, text))) return undefined;
    }
    return 'revoked';
  };
  return {
    section,
    visit,
    values,
    algorithms: ALGORITHMS,
    keys: async () => checkKeys(await store(), section),
    reason: await refusalOf(values),
    refusalOf: (value) => refusalOf([value]),
  };
}

function checkKeys(store: ReadableStore, section: ProtectedSection): CheckKeys {
  const { name, keys = {}, unreadable, entry } = store;
  return {
    where: name,
    kids: store.keys && Object.keys(keys),
    names: Object.keys(keys),
    fault: async (token) => told(signatureFault(token, keys, hmacSha256), token, keys, unreadable),
    fitsText: (token) => signatureFault(token, keys, hmacOfText) === undefined,
    async revocable(claims) {
      if (!section.revocation) return [];
      const named = REVOCABLE_CLAIMS.filter((claim) => claims[claim] !== undefined);
      const hashes = revocationKeys(claims, sha256);
      const entries = await Promise.all(hashes.map(entry));
      return named.map((claim, index) => ({
        claim,
        hash: (hashes[index] ?? '').slice(REVOCATION_PREFIX.length),
        entry: entries[index],
      }));
    },
  };
}

/** A secret that only the store knows is empty here, and thus a weak one. */
function told<T extends RefusalReason | undefined>(
  reason: T,
  token: Token | undefined,
  keys: SecretKeys,
  unreadable: readonly string[],
): T | 'key-unreadable' {
  const kid = token?.kid ?? Object.keys(keys)[0] ?? '';
  return reason === 'weak-key' && unreadable.includes(kid) ? 'key-unreadable' : reason;
}

function hmacOfText(key: Buffer, text: string): string {
  return hmacSha256(Buffer.from(key.toString('base64url')), text);
}
