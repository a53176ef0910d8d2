/** The edge location that stands for all of CloudFront's here, as `cf.edgeLocation` describes it. */
import { unexpected } from '../config/errors.ts';

export interface EdgeLocation {
  /** IATA code of the nearest airport. */
  readonly name: string;
  readonly serverIp: string;
  /** AWS region of the regional edge cache that a miss goes through. */
  readonly region: string;
}

/** As `x-amz-cf-pop` and the access log name it. */
export function popOf({ name }: EdgeLocation): string {
  return `${name}50-C1`;
}

/** An edge location in the city of each regional edge cache. */
const NAMES: Readonly<Record<string, string>> = {
  'ap-northeast-1': 'NRT',
  'ap-northeast-2': 'ICN',
  'ap-south-1': 'BOM',
  'ap-southeast-1': 'SIN',
  'ap-southeast-2': 'SYD',
  'eu-central-1': 'FRA',
  'eu-west-1': 'DUB',
  'eu-west-2': 'LHR',
  'me-central-1': 'DXB',
  'sa-east-1': 'GRU',
  'us-east-1': 'IAD',
  'us-east-2': 'CMH',
  'us-west-1': 'SFO',
  'us-west-2': 'HIO',
};

/** @throws {EdgeError} ERR_OPTION_INVALID for a region without a regional edge cache. */
export function edgeLocationAt(region: string): EdgeLocation {
  const name = NAMES[region];
  if (name === undefined) {
    throw unexpected('ERR_OPTION_INVALID', 'edge location', `one of ${Object.keys(NAMES).join(', ')}`, region);
  }
  return { name, serverIp: '192.0.2.1', region };
}
