/** What is changed in a configuration, as data: shown, applied, kept for the way back, and merged with others' edits. */
import type { Element } from '@xmldom/xmldom';
import { children, elementIn } from '../aws/config-xml.ts';
import { type Place, putAt, type Value, valueAt } from './place.ts';

export interface Change {
  readonly place: Place;
  readonly from: Value;
  readonly to: Value;
  /** Where in its list an entry was that is taken away. */
  readonly index?: number;
}

/** The change that puts `to` at a place; nothing where it is there already. */
export function changeTo(config: Element, place: Place, to: Value): Change[] {
  const { value, index } = valueAt(config, place);
  if (isSame(value, to)) return [];
  return [{ place, from: value, to, ...(index !== undefined && { index }) }];
}

export function apply(config: Element, changes: readonly Change[]): void {
  for (const { place, to } of changes) putAt(config, place, to);
}

/** Their way back, last first: an origin goes before what names it comes back. */
export function undo(config: Element, changes: readonly Change[]): void {
  for (const { place, from, index } of changes.toReversed()) putAt(config, place, from, index);
}

export interface Conflict {
  readonly place: Place;
  /** What was expected there: what our change had made of it. */
  readonly ours: Value;
  readonly theirs: Value;
}

/**
 * Which changes can be undone in a configuration that others may have edited since. Three-way, place by place: what is
 * still as the change left it goes back, what is as it was before is left, and what others made of it is theirs.
 */
export function undoable(config: Element, changes: readonly Change[]) {
  const undone: Change[] = [];
  const conflicts: Conflict[] = [];
  for (const change of changes) {
    const { value } = valueAt(config, change.place);
    if (isSame(value, change.to)) undone.push(change);
    else if (!isSame(value, change.from)) conflicts.push({ place: change.place, ours: change.to, theirs: value });
  }
  return { undone, conflicts };
}

/** Whether two values mean the same: the order of the elements within an entry does not count. */
export function isSame(one: Value, other: Value): boolean {
  return one === other || (one !== null && other !== null && canonical(one) === canonical(other));
}

function canonical(value: string): string {
  if (!value.startsWith('<')) return value;
  const name = /^<([\w:]+)/.exec(value)?.[1] ?? '';
  return sorted(elementIn(value, name));
}

function sorted(element: Element): string {
  const inner = children(element).map(sorted).sort();
  return `${element.localName}(${inner.length > 0 ? inner.join() : JSON.stringify(element.textContent)})`;
}
