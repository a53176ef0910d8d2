/** Credentials that have been seen, in the forms in which they may turn up again. */
import { decoded } from './masked-request.ts';
import { MASK } from './secrets.ts';

export interface HiddenTexts {
  add(secret: string): void;
  /** Takes all that has been added until now out of a text. */
  remover(): (text: string) => string;
}

/** A shorter value is hidden where it is carried, but not elsewhere: it would be part of other words. */
const SHORTEST_SOUGHT = 6;

export function hiddenTexts(): HiddenTexts {
  const hidden = new Set<string>();
  return {
    add(secret) {
      // JSON in JSON has more backslashes each time; what is between them stays.
      const pieces = secret.split(/["\\]/);
      for (const form of [secret, decoded(secret), encodeURIComponent(wellFormed(secret)), ...pieces]) {
        if (form.length >= SHORTEST_SOUGHT) hidden.add(form);
      }
    },
    remover() {
      const secrets = [...hidden].sort((a, b) => b.length - a.length);
      return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, MASK), text);
    },
  };
}

/** What functions make of the scheme `Basic`: user with password, and the password alone. */
export function basicCredentials(authorization: string): string[] {
  const [, encoded] = /^basic +(\S+)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return [];
  const pair = Buffer.from(encoded, 'base64').toString();
  return [pair, pair.slice(pair.indexOf(':') + 1)];
}

/** Half of a character, as functions may write it, cannot be encoded. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
