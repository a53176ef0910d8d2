/**
 * The least that verifies an HS256 token with a secret of the key value store: three segments, the MAC in
 * constant time, `exp` and `nbf`. Our own, after the idea of AWS's sample `kvs-jwt-verify`. It does not
 * route, and knows no resource, address, issuer, audience, key id, canonical path or header of its own.
 */
import cf from 'cloudfront';
import crypto from 'crypto';

const store = cf.kvs();

export async function handler(event) {
  const request = event.request;
  try {
    const state = await store.get('state', { format: 'json' });
    const claims = verified(request.cookies.edgekeeper.value, Buffer.from(state.keys.k1, 'base64url'));
    const now = Date.now() / 1000;
    if (now >= claims.exp || now < claims.nbf) return { statusCode: 401 };
  } catch (_) {
    return { statusCode: 401 };
  }
  delete request.cookies.edgekeeper;
  return request;
}

function verified(token, key) {
  const segments = token.split('.');
  if (segments.length !== 3) throw new Error('segments');
  const header = JSON.parse(Buffer.from(segments[0], 'base64url').toString());
  const claims = JSON.parse(Buffer.from(segments[1], 'base64url').toString());
  const expected = crypto.createHmac('sha256', key).update(`${segments[0]}.${segments[1]}`).digest('base64url');
  if (header.alg !== 'HS256' || !isSame(expected, segments[2])) throw new Error('signature');
  return claims;
}

function isSame(expected, actual) {
  let difference = expected.length ^ actual.length;
  for (let i = 0; i < expected.length; i++) difference |= expected.charCodeAt(i) ^ actual.charCodeAt(i);
  return difference === 0;
}
