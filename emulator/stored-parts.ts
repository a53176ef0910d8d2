/**
 * Parts of an object beside the whole, under one key. A range that no single part holds is asked of the
 * origin: parts are not joined.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RangeGETs.html
 */
import { headerOf } from './headers.ts';
import type { CloudFrontObject } from './stages/09-store.ts';

/** Parts of one object, the latest first. */
const MAX_PARTS = 64;

/** What is stored under a key when one more object has come: a whole one replaces every part, an error none. */
export function withStored(stored: readonly CloudFrontObject[], object: CloudFrontObject): CloudFrontObject[] {
  if (object.status < 300 && object.part === null) return [object];
  const parts = stored.filter(({ part }) => part !== null);
  if (object.part === null) return [object, ...parts];
  const others = parts.filter((other) => isSameVersion(other, object) && !isWithin(other, object));
  return [...stored.filter(({ part }) => part === null), object, ...others.slice(0, MAX_PARTS - 1)];
}

function isSameVersion(one: CloudFrontObject, other: CloudFrontObject): boolean {
  return ['etag', 'last-modified'].every((name) => headerOf(one.headers, name) === headerOf(other.headers, name));
}

function isWithin(inner: CloudFrontObject, outer: CloudFrontObject): boolean {
  const start = inner.part?.start ?? 0;
  const outerStart = outer.part?.start ?? 0;
  return start >= outerStart && start + inner.body.length <= outerStart + outer.body.length;
}
