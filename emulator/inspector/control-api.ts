/** The control API, which this page is served by, and the only thing that it asks. */
import type {
  DescribedFunction,
  DrillPhase,
  EdgeLocationState,
  Fault,
  Finding,
  ShownEntry,
  ShownObject,
  ShownOrigin,
  ShownRegion,
  SigningWay,
  TracedRequest,
} from '../control/answers.ts';

interface Summary {
  readonly url: string;
  readonly instance: string;
  readonly distribution: { readonly id: string; readonly domainName: string };
}

export const getSummary = () => asked<Summary>('/');

/** Newest last. */
export const getRequests = () => asked<readonly ShownEntry[]>('/requests');

/** @param key shows credentials; null: they are masked */
export const getRequest = (id: string, key: string | null) =>
  asked<TracedRequest>(
    `/requests/${encodeURIComponent(id)}`,
    key === null ? {} : { headers: { 'x-edgekeeper-unmask': key } },
  );

export const getFunctions = () => asked<readonly DescribedFunction[]>('/functions');

/** Null: nothing checks what is served. */
export const getFindings = () => asked<readonly Finding[] | null>('/findings');

export const getNotices = () => asked<readonly string[]>('/notices');

/** Values by key, secrets masked. */
export const getStore = () => asked<Readonly<Record<string, string>>>('/kvs?prefix=');

/** The latest used first. */
export const getCache = () => asked<readonly ShownObject[]>('/cache');

export const emptyCache = () => asked<null>('/cache', { method: 'DELETE' });

export const removeCached = (id: string) => asked<null>(`/cache/${id}`, { method: 'DELETE' });

/** How many objects are gone. */
export const invalidate = (paths: readonly string[]) => asked<{ removed: number }>('/invalidations', posted({ paths }));

export const getRegions = () => asked<readonly ShownRegion[]>('/regions');

export const getDrillPhases = () => asked<readonly DrillPhase[]>('/drill-phases');

export const getOrigins = () => asked<readonly ShownOrigin[]>('/origins');

export const getEdgeLocations = () => asked<readonly EdgeLocationState[]>('/edge-locations');

export const setEdgeLocation = (name: string, isUp: boolean) =>
  asked<EdgeLocationState>(`/edge-locations/${encodeURIComponent(name)}`, put({ isUp }));

/** Null repairs it. */
export const setFault = (originId: string, fault: Fault | null) =>
  asked<unknown>(`/origins/${encodeURIComponent(originId)}/fault`, fault === null ? { method: 'DELETE' } : put(fault));

/** Values by key, secrets masked, and what a change of them has to show. */
export async function getStoreWithEtag() {
  const response = await fetch('/kvs?prefix=');
  return {
    values: (await response.json()) as Readonly<Record<string, string>>,
    etag: response.headers.get('etag') ?? '',
  };
}

export interface StoreChange {
  readonly Puts?: readonly { readonly Key: string; readonly Value: string }[];
  readonly Deletes?: readonly { readonly Key: string }[];
}

/** All or none, and none when the store has changed since the ETag was told. */
export const changeStore = (change: StoreChange, etag: string) =>
  asked<null>('/kvs', { ...posted(change), headers: { 'if-match': etag } });

export interface TryChoices {
  readonly cities: readonly string[];
  readonly signedPaths: readonly string[];
  /** For the path that was asked about, or for any. */
  readonly ways: readonly SigningWay[];
}

export const getTryChoices = (path?: string) =>
  asked<TryChoices>(path === undefined ? '/try' : `/try?path=${encodeURIComponent(path)}`);

export interface TriedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly viewer?: string;
  readonly credential?: {
    readonly way?: SigningWay['way'];
    readonly key?: string;
    readonly expiresInSeconds: number;
    readonly claims: object;
  };
}

export const tryRequest = (request: TriedRequest) =>
  asked<{ requestId: string; status: number }>('/try', posted(request));

function put(body: unknown): RequestInit {
  return { method: 'PUT', body: JSON.stringify(body) };
}

function posted(body: unknown): RequestInit {
  return { method: 'POST', body: JSON.stringify(body) };
}

/** @throws {Error} with the API's own message and the status as cause, or that the edge is gone. */
async function asked<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, init).catch(() => {
    throw new Error('The edge does not answer: it has ended, or is being started again.');
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(messageIn(text) ?? `The edge answered ${response.status}.`, { cause: response.status });
  }
  return (text === '' ? null : JSON.parse(text)) as T;
}

function messageIn(text: string): string | null {
  try {
    return JSON.parse(text).error.message;
  } catch {
    return null;
  }
}
