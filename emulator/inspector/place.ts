/** Which view is open: the part of the address behind `#`. */
import { useLayoutEffect, useState } from 'preact/hooks';

export interface Place {
  /** `requests` in `#/requests/abc`. */
  readonly view: string;
  /** `abc`, decoded; null: nothing is opened. */
  readonly opened: string | null;
}

/** Renders the component again after each change of it, also those between rendering and painting. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeIn(location.hash));
  useLayoutEffect(() => {
    const read = (): void => setPlace(placeIn(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return place;
}

export function hrefOf(view: string, opened: string | null = null): string {
  return opened === null ? `#/${view}` : `#/${view}/${encodeURIComponent(opened)}`;
}

function placeIn(hash: string): Place {
  const [, view = '', opened] = hash.split('/');
  return { view, opened: opened === undefined || opened === '' ? null : decoded(opened) };
}

/** As it is where it is no encoding: people edit addresses. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
