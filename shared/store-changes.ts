/** What is written to a key value store. */

/**
 * Bytes of UTF-8 in a value, and keys in one update: CloudFront's quotas.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
export const MAX_VALUE_BYTES = 1024;
export const MAX_UPDATED_KEYS = 50;

/** The new value by key; null removes the key. */
export type Changes = Readonly<Record<string, string | null>>;

/** The body of AWS's `UpdateKeys`. */
export function updateOf(changes: Changes) {
  const keys = Object.keys(changes);
  return {
    Puts: keys.filter((key) => changes[key] !== null).map((key) => ({ Key: key, Value: changes[key] as string })),
    Deletes: keys.filter((key) => changes[key] === null).map((key) => ({ Key: key })),
  };
}
