/** Written once: the bytes of a CloudFront Function are few. */
export function isText(value: unknown): value is string {
  return typeof value === 'string';
}
