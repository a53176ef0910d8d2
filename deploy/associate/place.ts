/** The places of a configuration that are ever changed, and what is at them. */
import type { Element } from '@xmldom/xmldom';
import type { EdgeEvent } from '../../config/edge-events.ts';
import { addItem, adopt, child, items, removeItem, setText, text, textOfElement } from '../aws/config-xml.ts';
import { behaviorAt } from './behaviors.ts';

/** `behavior` is a path pattern, or `default`. */
export type Place =
  | { readonly kind: 'function'; readonly behavior: string; readonly event: EdgeEvent }
  | { readonly kind: 'origin-request-policy'; readonly behavior: string }
  | { readonly kind: 'target-origin'; readonly behavior: string }
  | { readonly kind: 'origin'; readonly id: string }
  | { readonly kind: 'origin-group'; readonly id: string }
  | { readonly kind: 'origin-header'; readonly origin: string; readonly name: string };

/** What is at a place: an id, or an entry of a list as XML; null: nothing. */
export type Value = string | null;

export interface Found {
  readonly value: Value;
  /** Of the entry in its list. */
  readonly index?: number;
}

const NOTHING: Found = { value: null };

const LISTS = { FunctionAssociation: 'FunctionAssociations', LambdaFunctionAssociation: 'LambdaFunctionAssociations' };

/** Of a behavior or an origin that is not there: nothing. */
export function valueAt(config: Element, place: Place): Found {
  if (place.kind === 'origin-request-policy' || place.kind === 'target-origin') {
    const found = child(behaviorAt(config, place.behavior), FIELDS[place.kind]);
    return found === undefined ? NOTHING : { value: found.textContent ?? '' };
  }
  const entry = entryAt(config, place);
  if (entry === undefined) return NOTHING;
  return { value: textOfElement(entry), index: items(entry.parentNode?.parentNode as Element).indexOf(entry) };
}

const FIELDS = { 'origin-request-policy': 'OriginRequestPolicyId', 'target-origin': 'TargetOriginId' };

/**
 * Puts a value at a place. Of an entry that takes the place of another the position stays; `index` is for one that
 * was removed. What is to be put into a behavior or an origin that is not there is left out.
 */
export function putAt(config: Element, place: Place, value: Value, index?: number): void {
  if (place.kind === 'origin-request-policy' || place.kind === 'target-origin') {
    const behavior = behaviorAt(config, place.behavior);
    if (behavior !== undefined) setText(behavior, FIELDS[place.kind], value);
    return;
  }
  const owner = ownerOf(config, place);
  const before = entryAt(config, place);
  if (owner === undefined) return;
  const entry = value === null ? undefined : adopt(owner, value);
  if (before !== undefined && before.localName === entry?.localName) {
    before.parentNode?.replaceChild(entry as Element, before);
    return;
  }
  if (before !== undefined) removeItem(before);
  if (entry !== undefined) addItem(owner, listOf(place, entry), entry, index);
}

type EntryPlace = Extract<Place, { kind: 'function' | 'origin' | 'origin-group' | 'origin-header' }>;

function ownerOf(config: Element, place: EntryPlace): Element | undefined {
  if (place.kind === 'function') return behaviorAt(config, place.behavior);
  return place.kind === 'origin-header' ? entryAt(config, { kind: 'origin', id: place.origin }) : config;
}

function listOf(place: EntryPlace, entry: Element): string {
  if (place.kind === 'function') return LISTS[entry.localName as keyof typeof LISTS];
  return { origin: 'Origins', 'origin-group': 'OriginGroups', 'origin-header': 'CustomHeaders' }[place.kind];
}

function entryAt(config: Element, place: EntryPlace): Element | undefined {
  const owner = ownerOf(config, place);
  switch (place.kind) {
    case 'function':
      return Object.values(LISTS)
        .flatMap((list) => items(child(owner, list)))
        .find((entry) => text(entry, 'EventType') === place.event);
    case 'origin':
      return items(child(owner, 'Origins')).find((entry) => text(entry, 'Id') === place.id);
    case 'origin-group':
      return items(child(owner, 'OriginGroups')).find((entry) => text(entry, 'Id') === place.id);
    case 'origin-header':
      return items(child(owner, 'CustomHeaders')).find(
        (entry) => text(entry, 'HeaderName').toLowerCase() === place.name,
      );
  }
}

/** ARN of the function that the value of a place associates; empty for other values. */
export function functionIn(value: Value): string {
  return /<(?:Lambda)?FunctionARN>([^<]*)</.exec(value ?? '')?.[1] ?? '';
}

/** `/media/* viewer-request`, as people read it. */
export function placeText(place: Place): string {
  switch (place.kind) {
    case 'function':
      return `${place.behavior} ${place.event}`;
    case 'origin-request-policy':
    case 'target-origin':
      return `${place.behavior} ${place.kind}`;
    case 'origin-header':
      return `origin ${place.origin} ${place.name}`;
    default:
      return `${place.kind} ${place.id}`;
  }
}
