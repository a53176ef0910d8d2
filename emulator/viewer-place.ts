/** Where a viewer is. CloudFront tells by its address; here the operator says it. */
import type { Position } from '../config/aws-regions.ts';
import { unexpected } from '../config/errors.ts';

/** What is absent is not known. */
export interface ViewerPlace extends Partial<Position> {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** The part after the hyphen of an ISO 3166-2 code. */
  readonly region?: string;
  readonly regionName?: string;
  readonly city?: string;
  /** Of the IANA database: `Europe/Berlin`. */
  readonly timeZone?: string;
  /** Of the United States alone. */
  readonly metroCode?: string;
  readonly postalCode?: string;
  /** The autonomous system of the viewer's network. */
  readonly asn?: number;
}

/** A place whose nearest edge location can be told. */
export type PositionedPlace = ViewerPlace & Position;

export function isPositioned(place: ViewerPlace): place is PositionedPlace {
  return place.latitude !== undefined && place.longitude !== undefined;
}

/**
 * `DE`, or with a region `US-CA`.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for anything else.
 */
export function viewerCountryOf(text: string): ViewerPlace {
  const [, country, region] = /^([A-Z]{2})(?:-([A-Z0-9]{1,3}))?$/.exec(text) ?? [];
  if (country === undefined) {
    throw unexpected('ERR_OPTION_INVALID', 'viewer country', 'a country such as DE or a region such as US-CA', text);
  }
  return region === undefined ? { country } : { country, region };
}

interface Field {
  readonly expected: string;
  isMeant(value: unknown): boolean;
}

const matching = (expected: string, pattern: RegExp): Field => ({
  expected,
  isMeant: (value) => typeof value === 'string' && pattern.test(value),
});

const between = (min: number, max: number): Field => ({
  expected: `a number from ${min} to ${max}`,
  isMeant: (value) => typeof value === 'number' && value >= min && value <= max,
});

/** They become values of headers. */
const TEXT = matching('a text without control characters', /^[^\p{Cc}\p{Cs}]+$/u);

const FIELDS: Readonly<Record<keyof ViewerPlace, Field>> = {
  country: matching('a country such as DE', /^[A-Z]{2}$/),
  region: matching('a region such as CA, of US-CA', /^[A-Z0-9]{1,3}$/),
  regionName: TEXT,
  city: TEXT,
  latitude: between(-90, 90),
  longitude: between(-180, 180),
  timeZone: TEXT,
  metroCode: matching('digits', /^\d+$/),
  postalCode: TEXT,
  asn: {
    expected: 'a whole number from 1 to 4294967295',
    isMeant: (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 0xffff_ffff,
  },
};

/** @throws {EdgeError} ERR_OPTION_INVALID for a field that is unknown or wrong, and for half a position. */
export function viewerPlaceOf(fields: object, where: string): ViewerPlace {
  const given: Record<string, unknown> = { country: undefined, ...fields };
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(FIELDS, name)) {
      throw unexpected('ERR_OPTION_INVALID', where, `fields of ${Object.keys(FIELDS).join(', ')}`, name);
    }
    const { expected, isMeant } = FIELDS[name as keyof ViewerPlace];
    if (!isMeant(value)) throw unexpected('ERR_OPTION_INVALID', `${where}.${name}`, expected, value);
  }
  if ((given.latitude === undefined) !== (given.longitude === undefined)) {
    throw unexpected('ERR_OPTION_INVALID', where, 'latitude and longitude, or neither', 'one of them');
  }
  return given as unknown as ViewerPlace;
}
