/** The least that checks the same token, with aws-jwt-verify, which knows no PS256. */
import { JwtVerifier } from 'aws-jwt-verify';
import { audience, handlerWith, issuer, jwks } from './shown.ts';

const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}jwks.json` });
verifier.cacheJwks({ keys: jwks } as Parameters<typeof verifier.cacheJwks>[0]);

export const handler = handlerWith((token) => verifier.verifySync(token));
