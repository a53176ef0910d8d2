/** The header that takes the order of the regions from the viewer request to the origin response. */
import { createHash } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { ORDER_HEADER } from '../../shared/routing/region-order.ts';
import { addItem, adopt, child, copyOf, documentText, elementIn, items, setText, text } from '../aws/config-xml.ts';
import type { NewPolicy } from '../aws/edge-facts.ts';

const CONFIG = 'OriginRequestPolicyConfig';

/** A policy holds no more headers. */
const MAX_HEADERS = 10;

/** In a plan, instead of the id of a policy that is not there yet. */
export const placeholder = ({ name }: NewPolicy): string => `(new policy ${name})`;

/** Whether requests take the header to the origin; a viewer request function's headers count as the viewer's. */
export function forwardsOrder(xml: string): boolean {
  const headers = child(elementIn(xml, CONFIG), 'HeadersConfig');
  const isNamed = headerNames(headers).includes(ORDER_HEADER);
  const behavior = text(headers, 'HeaderBehavior');
  if (behavior === 'whitelist') return isNamed;
  if (behavior === 'allExcept') return !isNamed;
  return behavior === 'allViewer' || behavior === 'allViewerAndWhitelistCloudFront';
}

/** What `Headers` lists, in lower case. */
export function headerNames(headers: Element | undefined): string[] {
  return items(child(headers, 'Headers')).map(({ textContent }) => (textContent ?? '').toLowerCase());
}

/**
 * A copy of a policy which forwards the header, too; of none: a policy which forwards nothing else. Its name is of
 * its content, so that the same copy is not made twice. Null where the policy is full, or excludes the header by name.
 */
export function withOrder(xml: string | null, id: string | null): NewPolicy | null {
  const config = copyOf(elementIn(xml ?? EMPTY, CONFIG));
  const headers = child(config, 'HeadersConfig') as Element;
  if (text(headers, 'HeaderBehavior') === 'allExcept' || headerNames(headers).length >= MAX_HEADERS) return null;
  setText(headers, 'HeaderBehavior', 'whitelist');
  addItem(headers, 'Headers', adopt(headers, `<Name>${ORDER_HEADER}</Name>`));
  setText(config, 'Comment', id === null ? 'The order of the regions' : `Copy of ${id}, with the order of the regions`);
  const digest = createHash('sha256').update(documentText(config)).digest('hex').slice(0, 12);
  const name = `edgekeeper-order-${digest}`;
  setText(config, 'Name', name);
  return { name, xml: documentText(config) };
}

const EMPTY = `<${CONFIG} xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Comment/><Name/><HeadersConfig><HeaderBehavior>none</HeaderBehavior></HeadersConfig><CookiesConfig><CookieBehavior>none</CookieBehavior></CookiesConfig><QueryStringsConfig><QueryStringBehavior>none</QueryStringBehavior></QueryStringsConfig></${CONFIG}>`;
