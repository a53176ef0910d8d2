/** The floor: nothing but one HMAC of the bytes that a token signs. */
import crypto from 'crypto';

const KEY = Buffer.alloc(32, 7);

export function handler(event) {
  const token = event.request.cookies.edgekeeper.value;
  crypto
    .createHmac('sha256', KEY)
    .update(token.slice(0, token.lastIndexOf('.')))
    .digest('base64url');
  return event.request;
}
