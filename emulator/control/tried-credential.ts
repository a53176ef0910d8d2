/** A credential for a request that is tried, signed on the spot. */
import { isDeepStrictEqual } from 'node:util';
import { unexpected } from '../../config/errors.ts';
import { type SignedRequest, WAYS } from '../request-signer.ts';
import type { Controlled } from './controlled.ts';
import { integer, list, nullable, object, text, word } from './schema.ts';

const WAY = word(WAYS, 'What a viewer shows');

export const SIGNING_WAYS = list(
  object({
    path: text('The path pattern that it is for'),
    way: WAY,
    algorithm: text("Of a token, such as ES256; of CloudFront's own signature the kind of key: RSA or ECDSA"),
    key: nullable(text('The id under which the edge knows the key; null: a credential goes without')),
  }),
  'What can be signed for the path that is asked about, or for any. The first is taken where nothing is chosen',
);

export const CREDENTIAL = object(
  {
    way: WAY,
    key: text('The id of the key to sign with'),
    expiresInSeconds: integer('By the clock of the edge; negative: it has expired'),
    claims: {
      type: 'object',
      description:
        'Of the token, beside `exp` and `iat`. Of a signed URL and signed cookies `res` (from `/`, or with scheme and host; absent: the URL alone), `nbf` and `ip`, one address or range of IPv4: with any of these the policy is a custom one',
    },
  },
  ['way', 'key'],
);

/**
 * What shows the credential.
 *
 * @param host as the edge is told it
 * @throws {EdgeError} ERR_OPTION_INVALID for a credential that cannot be, and what signing throws
 */
export async function signed(
  { signer, clock, scheme }: Controlled,
  credential: unknown,
  path: string,
  host: string,
): Promise<SignedRequest> {
  if (signer === undefined) throw invalid('credential', 'none: nothing signs here', 'one');
  const { expiresInSeconds, claims, way, key, ...others } = Object(credential);
  if (!isDeepStrictEqual(others, {})) throw invalid('credential', 'way, key, expiresInSeconds and claims', 'another');
  if (!Number.isSafeInteger(expiresInSeconds)) {
    throw invalid('expiresInSeconds', 'a whole number', typeof expiresInSeconds);
  }
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw invalid('claims', 'an object', typeof claims);
  }
  if (way !== undefined && !WAYS.includes(way)) throw invalid('way', `one of ${WAYS.join(', ')}`, 'another');
  if (key !== undefined && typeof key !== 'string') throw invalid('key', 'an id, as a text', typeof key);
  const now = Math.floor(clock.now() / 1000);
  const chosen = { ...(way !== undefined && { way }), ...(key !== undefined && { key }) };
  const request = { base: `${scheme}://${host}`, path, ...chosen };
  return signer.sign(request, { ...claims, exp: now + expiresInSeconds }, now);
}

function invalid(where: string, expected: string, received: string) {
  return unexpected('ERR_OPTION_INVALID', where, expected, received);
}
