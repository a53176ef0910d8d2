/** Which addresses are where. */
import { BlockList, isIP } from 'node:net';
import { unexpected } from '../config/errors.ts';
import { CITIES, cityNamed } from './cities.ts';
import { type ViewerPlace, viewerPlaceOf } from './viewer-place.ts';

/** By address or CIDR: the name of one of our cities, or what is known of the place. */
export type ViewerMap = Readonly<Record<string, string | ViewerPlace>>;

/** The place of an address; null: the map does not have it. */
export type PlaceOfAddress = (address: string) => ViewerPlace | null;

interface Network {
  readonly prefix: number;
  readonly addresses: BlockList;
  readonly place: ViewerPlace;
}

/**
 * Of several networks that have an address the smallest counts.
 *
 * @throws {EdgeError} ERR_OPTION_INVALID for what is no such map.
 */
export function viewerMapOf(map: unknown): PlaceOfAddress {
  if (typeof map !== 'object' || map === null || Array.isArray(map)) {
    throw unexpected('ERR_OPTION_INVALID', 'viewer map', 'an object of addresses', map);
  }
  const networks = Object.entries(map).map(([cidr, place]) => networkOf(cidr, place));
  networks.sort((a, b) => b.prefix - a.prefix);
  return (address) => {
    const [bare = ''] = address.split('%', 1);
    const family = familyOf(bare);
    if (family === null) return null;
    return networks.find(({ addresses }) => addresses.check(bare, family))?.place ?? null;
  };
}

function networkOf(cidr: string, place: unknown): Network {
  const [address = '', length, ...more] = cidr.split('/');
  const family = familyOf(address);
  const longest = family === 'ipv4' ? 32 : 128;
  const prefix = length === undefined ? longest : Number(length);
  const isPrefix = length === undefined || (/^\d{1,3}$/.test(length) && prefix <= longest);
  if (family === null || !isPrefix || more.length > 0) {
    throw unexpected('ERR_OPTION_INVALID', 'viewer map', 'addresses and CIDR such as 203.0.113.0/24', cidr);
  }
  const addresses = new BlockList();
  addresses.addSubnet(address, prefix, family);
  return { prefix, addresses, place: placeOf(place, `viewer map: ${cidr}`) };
}

function placeOf(place: unknown, where: string): ViewerPlace {
  if (typeof place === 'object' && place !== null && !Array.isArray(place)) return viewerPlaceOf(place, where);
  const city = typeof place === 'string' ? cityNamed(place) : null;
  if (city !== null) return city;
  const cities = CITIES.map((known) => known.city).join(', ');
  throw unexpected('ERR_OPTION_INVALID', where, `an object with a country, or one of ${cities}`, place);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  switch (address.includes('%') ? 0 : isIP(address)) {
    case 4:
      return 'ipv4';
    case 6:
      return 'ipv6';
    default:
      return null;
  }
}
