/** What lets this page ask for credentials: the address that the edge's start printed ends in it. */

const NAME = 'unmask-key';

/** Takes it out of `#/unmask/<key>`, where it would stay to be seen, and keeps it as long as this tab is open. */
export function takeUnmaskKey(): void {
  const [, key] = /^#\/unmask\/([\w-]+)$/.exec(location.hash) ?? [];
  if (key === undefined) return;
  sessionStorage.setItem(NAME, key);
  history.replaceState(null, '', '#/requests');
}

/** Null: the page was opened by another address. */
export function unmaskKey(): string | null {
  return sessionStorage.getItem(NAME);
}
