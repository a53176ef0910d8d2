/** The control API, which this page is served by, and the only thing that it asks. */
import type { DescribedFunction, ShownEntry, TracedRequest } from '../control/answers.ts';

interface Summary {
  readonly url: string;
  readonly instance: string;
  readonly distribution: { readonly id: string; readonly domainName: string };
}

export const getSummary = () => asked<Summary>('/');

/** Newest last. */
export const getRequests = () => asked<readonly ShownEntry[]>('/requests');

export const getRequest = (id: string) => asked<TracedRequest>(`/requests/${encodeURIComponent(id)}`);

export const getFunctions = () => asked<readonly DescribedFunction[]>('/functions');

/** @throws {Error} with the API's own message for an answer that is none, or that the edge is gone. */
async function asked<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, init).catch(() => {
    throw new Error('The edge does not answer: it has ended, or is being started again.');
  });
  const text = await response.text();
  if (!response.ok) throw new Error(messageIn(text) ?? `The edge answered ${response.status}.`);
  return (text === '' ? null : JSON.parse(text)) as T;
}

function messageIn(text: string): string | null {
  try {
    return JSON.parse(text).error.message;
  } catch {
    return null;
  }
}
