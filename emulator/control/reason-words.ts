/** Why a viewer is not let in, as a sentence for people. */
import type { AnswerReason } from '../../shared/access/refusal.ts';

const WORDS: Readonly<Record<AnswerReason, string>> = {
  path: 'The path is not in its one canonical spelling, so that it might mean another object to the origin.',
  'no-section': 'No protected section of this function covers the path.',
  'state-unreadable': 'The key value store, and with it every key, could not be read.',
  'no-credential': 'Nothing was shown that could let the viewer in.',
  revoked: 'The session or the viewer that the token names has been revoked since it was issued.',
  oversized: 'The token is longer than the 2,048 bytes that are read.',
  malformed: 'What was shown does not have the form of a token.',
  algorithm: 'The token is signed with an algorithm that the section does not take.',
  'unknown-key': 'It is signed with a key that is not known here.',
  signature: 'The signature does not match: it was made with another key, or what it covers was changed.',
  claims: 'A claim of the token is missing or has the wrong type.',
  'unsupported-claim': 'The token has a claim that restricts it in a way that is not known here.',
  'weak-key': 'The key that it names is too short to be trusted.',
  issuer: 'The token is from another issuer than the section wants.',
  audience: 'The token is for another audience than the section wants.',
  expired: 'It has expired.',
  'not-yet-valid': 'It is not valid yet.',
  resource: 'It is for another resource than the one that was asked for.',
  excluded: 'The token excludes the path that was asked for.',
  'source-ip': 'It is for another address than the one that the viewer comes from.',
  country: 'It is for another country than the one that the viewer is in.',
  headers: 'The headers that the token is bound to are not those that were sent.',
  'no-signature': 'A policy or key was shown without a signature.',
  'no-policy': 'A signature was shown without a policy or an expiry.',
  'repeated-parameter': 'A parameter of the signature is there more than once.',
  'hash-algorithm': 'The hash algorithm is neither SHA1 nor SHA256.',
  'signature-encoding': "The signature is not in CloudFront's base64.",
  'policy-encoding': "The policy is not in CloudFront's base64.",
  'policy-statement': 'The policy is not a statement as CloudFront takes it.',
  unverifiable: 'The signature could not be checked with the key.',
};

/** Null for no reason, and for one that is not of this project. */
export function wordsFor(reason: string | null): string | null {
  return reason !== null && Object.hasOwn(WORDS, reason) ? WORDS[reason as AnswerReason] : null;
}
