import type { CacheBehavior } from './distribution.ts';
import type { Properties } from './properties.ts';
import { type Finder, resourceId } from './resources.ts';

/**
 * The ids of the public keys in a behavior's trusted key groups; null without any.
 *
 * @throws {EdgeError} ERR_TEMPLATE_INVALID for a key group or a key that nothing tells.
 */
export function trustedKeysOf(behavior: Properties, find: Finder): string[] | null {
  const groups = behavior.optionalTexts('TrustedKeyGroups') ?? [];
  const keys = groups.flatMap((id) => {
    const config = find('AWS::CloudFront::KeyGroup', id, behavior.at('TrustedKeyGroups')).object('KeyGroupConfig');
    config.without(['Name', 'Comment'], '');
    return (config.optionalTexts('Items') ?? []).map((key) => {
      pemOf(key, find, config.at('Items'));
      return resourceId(key);
    });
  });
  return groups.length === 0 ? null : keys;
}

/** The public keys that behaviors trust, as PEM by their ids. */
export function publicKeysOf(behaviors: readonly CacheBehavior[], find: Finder): Record<string, string> {
  const ids = new Set(behaviors.flatMap(({ trustedKeys }) => trustedKeys ?? []));
  return Object.fromEntries([...ids].map((id) => [id, pemOf(id, find, id)]));
}

function pemOf(id: string, find: Finder, place: string): string {
  const config = find('AWS::CloudFront::PublicKey', id, place).object('PublicKeyConfig');
  config.without(['CallerReference', 'Name', 'Comment'], '');
  return config.text('EncodedKey');
}
