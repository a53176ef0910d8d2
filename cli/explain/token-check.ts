/** What a token is judged with at a section, whichever function checks it. */
import type { Admission } from '../../shared/access/bearer.ts';
import type { SignatureFault } from '../../shared/access/hs256.ts';
import type { AnswerReason } from '../../shared/access/refusal.ts';
import type { TokenVisit } from '../../shared/access/statement.ts';
import type { Token } from '../../shared/access/token.ts';
import type { ProtectedSection } from '../../shared/config.ts';

/** `key-unreadable`: the edge has the secret, and this machine has not. */
export type KeyFault = SignatureFault | 'key-unreadable';

export type TokenReason = AnswerReason | 'key-unreadable';

export interface TokenCheck {
  readonly section: ProtectedSection;
  readonly visit: TokenVisit;
  /** What the first carrier holds: a few tokens at most, none where no carrier is there. */
  readonly values: readonly string[];
  /** The names under which tokens of the section come. */
  readonly algorithms: readonly string[];
  /** Read when they are first asked for: a store may be out of reach. */
  readonly keys: () => Promise<CheckKeys>;
  /** What the edge decides of all values; undefined: it admits. */
  readonly reason: TokenReason | undefined;
  /** What it would decide of one value in their place. */
  refusalOf(value: string): Promise<TokenReason | undefined>;
}

export interface CheckKeys {
  /** Where they are, as messages call it. */
  readonly where: string;
  /** Undefined where they cannot be read at all. */
  readonly kids: readonly string[] | undefined;
  /** Of all keys, with and without an id. */
  readonly names: readonly string[];
  fault(token: Token): Promise<KeyFault | undefined>;
  /** Whether the token fits when its key is taken for the text that stands for it, as some libraries do. */
  fitsText(token: Token): boolean;
  /** A token's sessions and viewers; none where nobody asks whether they are revoked. */
  revocable(claims: Admission): Promise<Revocable[]>;
}

export interface Revocable {
  readonly claim: string;
  /** As `edgekeeper revoked` shows it. */
  readonly hash: string;
  /** What the store says of it; undefined: nothing. */
  readonly entry: string | undefined;
}
