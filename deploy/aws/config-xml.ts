/**
 * The configuration of a distribution as XML. It is edited as it came: the SDK's types would drop every field that
 * they do not know yet, and an update replaces all of it.
 */
import { DOMParser, type Element, onErrorStopParsing, XMLSerializer } from '@xmldom/xmldom';
import { EdgeError } from '../../config/errors.ts';

/**
 * The element that a document of CloudFront is, or has right below its own.
 *
 * @throws {EdgeError} ERR_DISTRIBUTION_UNREADABLE for anything else.
 */
export function elementIn(xml: string, name: string): Element {
  const root = rootOf(xml);
  const found = root?.localName === name ? root : child(root ?? undefined, name);
  if (found !== undefined) return found;
  throw new EdgeError('ERR_DISTRIBUTION_UNREADABLE', `CloudFront's answer: expected ${name}, got other XML`);
}

function rootOf(xml: string): Element | null {
  try {
    return new DOMParser({ onError: onErrorStopParsing }).parseFromString(xml, 'text/xml').documentElement;
  } catch {
    throw new EdgeError('ERR_DISTRIBUTION_UNREADABLE', "CloudFront's answer: expected XML, got something else");
  }
}

/** A document of its own. A carriage return would come back as a line feed unless it is written as a reference. */
export function documentText(element: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${textOfElement(element)}`;
}

export function textOfElement(element: Element): string {
  return new XMLSerializer().serializeToString(element).replaceAll('\r', '&#13;');
}

export function copyOf(element: Element): Element {
  return elementIn(textOfElement(element), element.localName ?? '');
}

export function children(element: Element | undefined): Element[] {
  return element === undefined ? [] : [...element.childNodes].filter((node): node is Element => node.nodeType === 1);
}

export function child(element: Element | undefined, ...names: readonly string[]): Element | undefined {
  return names.reduce(
    (found, name) => children(found).find(({ localName }) => localName === name),
    element as Element | undefined,
  );
}

/** Of the element at the end of the names; empty where there is none. */
export function text(element: Element | undefined, ...names: readonly string[]): string {
  return child(element, ...names)?.textContent ?? '';
}

/** The entries of a list, `Quantity` and `Items`. */
export function items(list: Element | undefined): Element[] {
  return children(child(list, 'Items'));
}

/** Adds an entry, and its list where there is none. `index` at most the number of entries: where; absent: at the end. */
export function addItem(owner: Element, listName: string, entry: Element, index?: number): void {
  const list = child(owner, listName) ?? append(owner, listName);
  if (child(list, 'Quantity') === undefined) append(list, 'Quantity');
  const holder = child(list, 'Items') ?? append(list, 'Items');
  const next = index === undefined ? undefined : children(holder)[index];
  holder.insertBefore(entry, next ?? null);
  count(list);
}

/** Takes an entry out of its list, and `Items` when it was the last: that is how CloudFront writes empty lists. */
export function removeItem(entry: Element): void {
  const holder = entry.parentNode as Element;
  const list = holder.parentNode as Element;
  holder.removeChild(entry);
  if (children(holder).length === 0) list.removeChild(holder);
  count(list);
}

function count(list: Element): void {
  const quantity = child(list, 'Quantity');
  if (quantity !== undefined) quantity.textContent = String(items(list).length);
}

/** Sets the text of an element, adds it, or with null removes it. */
export function setText(owner: Element, name: string, value: string | null): void {
  const found = child(owner, name);
  if (value === null) {
    if (found !== undefined) owner.removeChild(found);
    return;
  }
  (found ?? append(owner, name)).textContent = value;
}

function append(owner: Element, name: string): Element {
  const element = newElement(owner, name);
  owner.appendChild(element);
  return element;
}

function newElement(owner: Element, name: string): Element {
  const document = owner.ownerDocument;
  if (document === null) throw new Error(`${name}: expected a document around it`);
  return document.createElementNS(owner.namespaceURI, name);
}

/** An element of a text, as one of the document and the namespace of `owner`. */
export function adopt(owner: Element, xml: string): Element {
  const [element] = children(rootOf(`<of xmlns="${owner.namespaceURI}">${xml}</of>`) ?? undefined);
  if (element === undefined || owner.ownerDocument === null) throw new Error('expected an element');
  element.removeAttribute('xmlns');
  return owner.ownerDocument.importNode(element, true) as Element;
}
