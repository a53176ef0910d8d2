import type { GeoRestriction } from './distribution.ts';
import type { Properties } from './properties.ts';

/** @throws {EdgeError} ERR_TEMPLATE_INVALID for a restriction of an unknown type. */
export function geoRestrictionOf(config: Properties): GeoRestriction | null {
  const restriction = config.optionalObject('Restrictions')?.optionalObject('GeoRestriction') ?? null;
  const type = restriction?.oneOf('RestrictionType', ['none', 'whitelist', 'blacklist']) ?? 'none';
  const countries = restriction?.optionalTexts('Locations') ?? [];
  return type === 'none' ? null : { type, countries };
}
