/** A document held against its shape, and one made of an object. */
import type { Element } from '@xmldom/xmldom';
import type { Shape } from './schema.ts';
import { childrenOf, escaped, NAMESPACE, textAt } from './xml.ts';

/** What CloudFront would call malformed: the first of it, or nothing. */
export function faultOf(
  element: Element,
  shape: Shape,
  future: readonly string[],
  path = element.localName ?? '',
): string | undefined {
  if (element.namespaceURI !== NAMESPACE) return `${path} is not in the namespace of CloudFront`;
  const children = childrenOf(element);
  if (shape.kind === 'list') {
    const stray = children.find(({ localName }) => localName !== shape.item);
    if (stray !== undefined) return `${path} has ${stray.localName} instead of ${shape.item}`;
    return firstOf(children.map((child, index) => () => faultOf(child, shape.of, future, `${path}[${index}]`)));
  }
  if (shape.kind === 'structure') return structureFault(element, shape, future, path);
  if (children.length > 0) return `${path} holds elements`;
  const text = element.textContent ?? '';
  if (shape.kind === 'number' && !/^-?\d+(\.\d+)?$/.test(text.trim())) return `${path} is no number: ${text}`;
  if (shape.kind === 'flag' && !/^(true|false)$/.test(text)) return `${path} is neither true nor false: ${text}`;
  return undefined;
}

function structureFault(
  element: Element,
  shape: Extract<Shape, { kind: 'structure' }>,
  future: readonly string[],
  path: string,
): string | undefined {
  const children = childrenOf(element);
  const names = children.map(({ localName }) => localName ?? '');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `${path} has ${twice} twice`;
  const known = new Map(shape.members.map((member) => [member.name, member]));
  const stray = names.find((name) => !known.has(name) && !future.includes(name));
  if (stray !== undefined) return `${path} has an element that is not known, ${stray}`;
  const missing = shape.members.find(({ name, isRequired }) => isRequired && name !== 'Items' && !names.includes(name));
  if (missing !== undefined) return `${path} lacks ${missing.name}`;
  return (
    quantityFault(element, path) ??
    firstOf(
      children
        .filter(({ localName }) => known.has(localName ?? ''))
        .map((child) => () => {
          const member = known.get(child.localName ?? '');
          return member && faultOf(child, member.shape(), future, `${path}.${member.name}`);
        }),
    )
  );
}

function quantityFault(element: Element, path: string): string | undefined {
  const children = childrenOf(element);
  const quantity = children.find(({ localName }) => localName === 'Quantity');
  if (quantity === undefined) return undefined;
  const items = children.find(({ localName }) => localName === 'Items');
  const count = items === undefined ? 0 : childrenOf(items).length;
  const said = Number(textAt(element, 'Quantity'));
  return said === count ? undefined : `${path}.Quantity is ${said}, and there are ${count}`;
}

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const fault = check();
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Elements of an object, in its own order; a list becomes Quantity and Items where its shape has them. */
export function documentOf(name: keyof typeof import('./schema.ts').SHAPES, value: object, shape: Shape): string {
  return `<?xml version="1.0"?>\n<${name} xmlns="${NAMESPACE}">${contentOf(value, shape)}</${name}>`;
}

function contentOf(value: unknown, shape: Shape): string {
  if (shape.kind === 'list') {
    return (value as unknown[]).map((item) => `<${shape.item}>${contentOf(item, shape.of)}</${shape.item}>`).join('');
  }
  if (shape.kind !== 'structure' && typeof value !== 'object') return escaped(String(value));
  const listed = Array.isArray(value) ? listedOf(value) : (value as object);
  return Object.entries(listed)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => {
      const member = shape.kind === 'structure' ? shape.members.find((one) => one.name === name) : undefined;
      return `<${name}>${contentOf(inner, member?.shape() ?? { kind: 'text' })}</${name}>`;
    })
    .join('');
}

/** CloudFront leaves Items out where there are none. */
function listedOf(items: readonly unknown[]): object {
  return items.length === 0 ? { Quantity: 0 } : { Quantity: items.length, Items: items };
}
