/** The resources that a distribution names by id: policies, key groups, public keys. */
import { unexpected } from '../config/errors.ts';
import { managedPolicy } from './managed-policies.ts';
import type { Properties } from './properties.ts';

/** The resources of one type, by logical id in a template and by CloudFront's id elsewhere. */
export type Resources = (type: string) => Map<string, Properties>;

/** The resource of a type that the property at `place` names. */
export type Finder = (type: ResourceType, id: string, place: string) => Properties;

export type ResourceType = keyof typeof COMMANDS;

/** What prints a resource by its id. */
const COMMANDS = {
  'AWS::CloudFront::CachePolicy': 'get-cache-policy',
  'AWS::CloudFront::OriginRequestPolicy': 'get-origin-request-policy',
  'AWS::CloudFront::ResponseHeadersPolicy': 'get-response-headers-policy',
  'AWS::CloudFront::KeyGroup': 'get-key-group',
  'AWS::CloudFront::PublicKey': 'get-public-key',
} as const;

/** The id that a property names: itself, or in a template the logical id, also from the attribute `Id`. */
export function resourceId(reference: string): string {
  return reference.replace(/\.Id$/, '');
}

/** In the place of the id of a resource that was printed without: the first id that nothing else tells is its. */
export const ANY_ID = '';

/**
 * Looks among the resources given, then among AWS's managed policies. `used` collects what was found.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID, from the finder, for a resource that nothing tells.
 */
export function finderIn(resources: Resources, used: Set<Properties>): Finder {
  const known = new Map<string, Properties>();
  return (type, reference, place) => {
    const id = resourceId(reference);
    const nameless = resources(type).get(ANY_ID);
    const found =
      known.get(`${type} ${id}`) ??
      resources(type).get(id) ??
      managedPolicy(type, id) ??
      (nameless !== undefined && used.has(nameless) ? undefined : nameless);
    if (found === undefined) throw unknown(type, id, place);
    known.set(`${type} ${id}`, found);
    used.add(found);
    return found;
  };
}

function unknown(type: ResourceType, id: string, place: string): Error {
  const command = `aws cloudfront ${COMMANDS[type]} --id ${id}`;
  const expected = `an ${type} that is described: put what "${command}" prints into a file, and give it with --resource <file>`;
  return unexpected('ERR_TEMPLATE_INVALID', place, expected, id);
}
