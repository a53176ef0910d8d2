import { type Changes, MAX_VALUE_BYTES } from '../shared/store-changes.ts';
import { unexpected } from './errors.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const MAX_KEY_BYTES = 512;

/** @throws {EdgeError} ERR_OPTION_INVALID for a key or value that a key value store does not take. */
export function checkQuotas(changes: Changes): void {
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) continue;
    checkQuota('key', key, MAX_KEY_BYTES);
    checkQuota(`value of ${key}`, value, MAX_VALUE_BYTES);
  }
}

function checkQuota(what: string, text: string, quota: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > quota) throw unexpected('ERR_OPTION_INVALID', what, `at most ${quota} bytes`, bytes);
}
