/** The least that checks the same token, with jsonwebtoken, which knows no EdDSA. */
import { createPublicKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { audience, handlerWith, issuer, jwks } from './shown.ts';

const KEYS = new Map(jwks.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })]));

export const handler = handlerWith((token) => {
  const { alg, kid } = jwt.decode(token, { complete: true })?.header ?? {};
  const key = KEYS.get(kid);
  if (key === undefined) throw new Error('unknown key');
  return jwt.verify(token, key, { algorithms: [alg as jwt.Algorithm], issuer, audience });
});
