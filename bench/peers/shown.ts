/** What the peers share: where the token is, what it is checked against, and the answers. */
import type { CloudFrontRequestEvent, CloudFrontRequestResult } from 'aws-lambda';
import type { JWK } from 'jose';
import { protectedSections, sectionKeys } from '../../shared/config.ts';

const section = protectedSections[0];

export const name = section?.name ?? '';
export const issuer = section?.issuer ?? '';
export const audience = section?.audience ?? '';
export const jwks = (sectionKeys[section?.path ?? '']?.jwks ?? []) as JWK[];

const REFUSED = { status: '403', statusDescription: 'Forbidden' };

/** Lets in whose token `verify` takes, and refuses whoever it throws at. */
export function handlerWith(verify: (token: string) => unknown) {
  return async (event: CloudFrontRequestEvent): Promise<CloudFrontRequestResult> => {
    const request = event.Records[0]?.cf.request;
    const pairs = (request?.headers.cookie ?? []).flatMap(({ value }) => value.split('; '));
    const token = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
    if (request === undefined || token === undefined) return REFUSED;
    try {
      await verify(token);
      return request;
    } catch {
      return REFUSED;
    }
  };
}
