/** Which requests are shown. */
import type { ShownEntry } from '../../control/answers.ts';

/** What is empty does not choose. */
export interface RequestFilter {
  /** In the path with its query string, whatever the case. */
  readonly url: string;
  readonly method: string;
  /** `404`, or `4xx`. */
  readonly status: string;
  readonly edgeLocation: string;
  readonly result: string;
  readonly region: string;
  readonly failover: '' | 'yes' | 'no';
  /** At least so many milliseconds. */
  readonly milliseconds: string;
}

export const EVERYTHING: RequestFilter = {
  url: '',
  method: '',
  status: '',
  edgeLocation: '',
  result: '',
  region: '',
  failover: '',
  milliseconds: '',
};

export function isFiltered(filter: RequestFilter): boolean {
  return Object.values(filter).some((value) => value !== '');
}

/** In the order that they have. */
export function chosenRequests(entries: readonly ShownEntry[], filter: RequestFilter): readonly ShownEntry[] {
  return isFiltered(filter) ? entries.filter((entry) => isChosen(entry, filter)) : entries;
}

function isChosen(entry: ShownEntry, filter: RequestFilter): boolean {
  return (
    (filter.method === '' || entry.method === filter.method) &&
    isOfStatus(entry.status, filter.status) &&
    (filter.edgeLocation === '' || entry.edgeLocation === filter.edgeLocation) &&
    (filter.result === '' || resultOf(entry) === filter.result) &&
    (filter.region === '' || entry.region === filter.region) &&
    (filter.failover === '' || entry.isFailover === (filter.failover === 'yes')) &&
    (filter.milliseconds === '' || entry.milliseconds >= Number(filter.milliseconds)) &&
    (filter.url === '' || urlOf(entry).toLowerCase().includes(filter.url.toLowerCase()))
  );
}

function isOfStatus(status: number, wanted: string): boolean {
  if (wanted === '') return true;
  return wanted.endsWith('xx') ? String(status).startsWith(wanted.charAt(0)) : status === Number(wanted);
}

export function urlOf({ path, query }: ShownEntry): string {
  return query === null ? path : `${path}?${query}`;
}

/** `Hit` of `Hit from cloudfront`. */
export function resultOf({ xCache }: ShownEntry): string {
  return xCache.replace(' from cloudfront', '');
}

/** What there is to choose from. */
export interface Choices {
  readonly methods: readonly string[];
  readonly statuses: readonly string[];
  readonly edgeLocations: readonly string[];
  readonly results: readonly string[];
  readonly regions: readonly string[];
}

export function choicesIn(entries: readonly ShownEntry[]): Choices {
  const distinct = (part: (entry: ShownEntry) => string | null): string[] =>
    [...new Set(entries.map(part))].filter((value) => value !== null).sort();
  return {
    methods: distinct(({ method }) => method),
    statuses: distinct(({ status }) => String(status)),
    edgeLocations: distinct(({ edgeLocation }) => edgeLocation),
    results: distinct(resultOf),
    regions: distinct(({ region }) => region),
  };
}
