/** XML as CloudFront speaks it: elements of one namespace, attributes nowhere. */
import { DOMParser, type Element, onErrorStopParsing } from '@xmldom/xmldom';

export const NAMESPACE = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';

/** @throws for anything but well-formed XML. */
export function parsed(xml: string): Element {
  const root = new DOMParser({ onError: onErrorStopParsing }).parseFromString(xml, 'text/xml').documentElement;
  if (root === null) throw new Error('no element');
  return root;
}

export function childrenOf(element: Element): Element[] {
  return [...element.childNodes].filter((node): node is Element => node.nodeType === 1);
}

export function childOf(element: Element | undefined, ...names: string[]): Element | undefined {
  let found = element;
  for (const name of names) {
    const inner = found;
    found = inner && childrenOf(inner).find((child) => child.localName === name);
  }
  return found;
}

/** Of the element at the end of the names; empty where one is missing. */
export function textAt(element: Element | undefined, ...names: string[]): string {
  return childOf(element, ...names)?.textContent ?? '';
}

export function itemsOf(element: Element | undefined, ...names: string[]): Element[] {
  const items = childOf(element, ...names, 'Items');
  return items === undefined ? [] : childrenOf(items);
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
