/** Origins that nothing stands in for: a request to one is answered as for a name without an address. */
import type { Distribution, Origin } from './distribution.ts';
import type { OriginAddress } from './origin-connection.ts';

/** Where such an origin is. */
export const NOWHERE: OriginAddress = {
  protocol: 'http:',
  host: '',
  port: 80,
  isUnreachable: false,
  isUnresolvable: true,
  isFaulty: true,
  signingKey: null,
};

/** What is said of them at start, one line each. */
export function unmappedNotices(distribution: Distribution, mapped: ReadonlyMap<string, unknown>): string[] {
  const missing = [...distribution.origins.values()].filter(({ id }) => !mapped.has(id));
  return missing.filter(({ id }) => !isBehindFunction(distribution, id)).map(unmapped);
}

/** Whether a function at the origin request may answer in the origin's place: that nothing stands in for it is said once it is asked. */
function isBehindFunction({ behaviors, originGroups }: Distribution, id: string): boolean {
  const own = behaviors.filter(({ targetOriginId: target }) =>
    (originGroups.get(target)?.originIds ?? [target]).includes(id),
  );
  return own.length > 0 && own.every(({ originRequest }) => originRequest !== null);
}

export function unmapped({ id, domainName }: Origin): string {
  return `origin ${id}: nothing stands in for ${domainName}, which is answered 502: --origin ${id}=<folder or URL>`;
}
