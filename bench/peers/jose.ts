/** The least that checks the same token, with jose alone. */
import { createLocalJWKSet, jwtVerify } from 'jose';
import { audience, handlerWith, issuer, jwks } from './shown.ts';

const keys = createLocalJWKSet({ keys: jwks });
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];

export const handler = handlerWith((token) => jwtVerify(token, keys, { algorithms, issuer, audience }));
