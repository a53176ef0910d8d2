import { randomFillSync } from 'node:crypto';

const ID_BYTES = 40;

/** Random bytes of the next ids: to ask the system for those of one costs as much as a cache lookup. */
const bytes = Buffer.alloc(128 * ID_BYTES);
let used = bytes.length;

/** An id as CloudFront gives one to each request, `X-Amz-Cf-Id`. */
export function requestId(): string {
  if (used === bytes.length) {
    randomFillSync(bytes);
    used = 0;
  }
  used += ID_BYTES;
  return `${bytes.toString('base64url', used - ID_BYTES, used)}==`;
}
