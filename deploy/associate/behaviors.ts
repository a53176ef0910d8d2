/** Cache behaviors of a live configuration, with what the plan asks of them. */
import type { Element } from '@xmldom/xmldom';
import { child, items, text } from '../aws/config-xml.ts';

/** How the default cache behavior is called, which has no path pattern. */
export const DEFAULT = 'default';

export interface Association {
  readonly event: string;
  readonly arn: string;
}

export interface Behavior {
  readonly name: string;
  readonly element: Element;
  readonly target: string;
  readonly functions: readonly Association[];
}

export function behaviorsOf(config: Element): Behavior[] {
  const first = child(config, 'DefaultCacheBehavior');
  const others = items(child(config, 'CacheBehaviors'));
  return [...(first === undefined ? [] : [first]), ...others].map((element) => ({
    element,
    name: text(element, 'PathPattern') || DEFAULT,
    target: text(element, 'TargetOriginId'),
    functions: [
      ...items(child(element, 'FunctionAssociations')),
      ...items(child(element, 'LambdaFunctionAssociations')),
    ].map((one) => ({
      event: text(one, 'EventType'),
      arn: text(one, 'FunctionARN') || text(one, 'LambdaFunctionARN'),
    })),
  }));
}

export function behaviorAt(config: Element, name: string): Element | undefined {
  return behaviorsOf(config).find((behavior) => behavior.name === name)?.element;
}

export function originsOf(config: Element): Map<string, Element> {
  return byId(items(child(config, 'Origins')));
}

export function groupsOf(config: Element): Map<string, Element> {
  return byId(items(child(config, 'OriginGroups')));
}

function byId(elements: readonly Element[]): Map<string, Element> {
  return new Map(elements.map((element) => [text(element, 'Id'), element]));
}

/** Ids of the origins that a behavior may ask. */
export function originsBehind(config: Element, target: string): readonly string[] {
  const group = groupsOf(config).get(target);
  return group === undefined ? [target] : items(child(group, 'Members')).map((member) => text(member, 'OriginId'));
}
