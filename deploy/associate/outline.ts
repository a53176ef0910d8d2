/** A configuration as lines, for people to read and to compare. */
import type { Element } from '@xmldom/xmldom';
import { structuredPatch } from 'diff';
import { ORIGIN_HEADER } from '../../shared/failover/provenance.ts';
import { child, children, items, text } from '../aws/config-xml.ts';
import { originsOf } from './behaviors.ts';

/** Values of origins' custom headers prove to an origin who asks: they are not shown. */
const HIDDEN = '(not shown)';
const HIDDEN_CHANGED = '(not shown, changed)';

/**
 * One element a line, indented; an entry of a list is told by what names it.
 *
 * @param changed hidden values of which it is said that they are other ones
 */
export function outline(config: Element, changed: ReadonlySet<Element> = new Set()): string {
  return `${children(config)
    .flatMap((element) => linesOf(element, '', changed))
    .join('\n')}\n`;
}

function linesOf(element: Element, indent: string, changed: ReadonlySet<Element>): string[] {
  const name = element.localName ?? '';
  const inner = children(element);
  if (name === 'Quantity') return [];
  if (name === 'Items') return inner.flatMap((entry) => linesOf(entry, indent, changed));
  if (inner.length === 0) return [`${indent}${name}${valueText(element, changed)}`];
  const heading = headingOf(element);
  const rest = inner.filter(({ localName }) => localName !== heading?.by);
  const first = `${indent}${name}${heading === undefined ? '' : ` ${heading.value}`}`;
  return [first, ...rest.flatMap((one) => linesOf(one, `${indent}  `, changed))];
}

function headingOf(element: Element): { by: string; value: string } | undefined {
  const by = ['PathPattern', 'Id', 'EventType', 'HeaderName', 'ErrorCode', 'OriginId'].find(
    (name) => text(element, name) !== '',
  );
  return by === undefined ? undefined : { by, value: text(element, by) };
}

function valueText(element: Element, changed: ReadonlySet<Element>): string {
  const value = element.textContent ?? '';
  if (value === '') return '';
  if (changed.has(element)) return ` ${HIDDEN_CHANGED}`;

  return ` ${isHidden(element) ? HIDDEN : value.replaceAll(/\s/g, ' ')}`;
}

function isHidden(element: Element): boolean {
  return element.localName === 'HeaderValue' && headerOf(element) !== ORIGIN_HEADER;
}

const headerOf = (value: Element): string => text(value.parentNode as Element, 'HeaderName').toLowerCase();

/** The hidden values of `after` that were others before, in the same header of the same origin. */
function changedSecrets(before: Element, after: Element): Set<Element> {
  const known = secretsOf(before);
  const isChanged = (key: string, { textContent }: Element): boolean =>
    known.has(key) && known.get(key)?.textContent !== textContent;
  return new Set([...secretsOf(after)].filter(([key, value]) => isChanged(key, value)).map(([, value]) => value));
}

function secretsOf(config: Element): Map<string, Element> {
  const values = [...originsOf(config)].flatMap(([id, origin]) =>
    items(child(origin, 'CustomHeaders')).map((header) => ({ id, value: child(header, 'HeaderValue') })),
  );
  return new Map(
    values.flatMap(({ id, value }) =>
      value !== undefined && isHidden(value) ? [[`${id} ${headerOf(value)}`, value] as const] : [],
    ),
  );
}

/** The lines that differ, with those around them and what they are in: a unified diff. Empty where nothing does. */
export function difference(before: Element, after: Element, name: string): string {
  const [from, to] = [outline(before), outline(after, changedSecrets(before, after))];
  if (from === to) return '';
  const { hunks } = structuredPatch(name, name, from, to, undefined, undefined, { context: 3 });
  const planned = to.split('\n');
  const lines = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => {
    const place = `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@ ${enclosing(planned, newStart - 1)}`;
    return [place.trimEnd(), ...lines];
  });
  return [`--- ${name} live`, `+++ ${name} planned`, ...lines, ''].join('\n');
}

/** What a line is in, outermost first: `CacheBehaviors > CacheBehavior /media/*`. */
function enclosing(lines: readonly string[], index: number): string {
  const indentOf = (line: string): number => line.search(/\S/);
  const found: string[] = [];
  let indent = indentOf(lines[index] ?? '');
  for (const line of lines.slice(0, index).toReversed()) {
    if (indentOf(line) >= indent) continue;
    indent = indentOf(line);
    found.unshift(line.trim());
  }
  return found.join(' > ');
}
