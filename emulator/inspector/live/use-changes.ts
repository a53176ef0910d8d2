import { useLayoutEffect, useState } from 'preact/hooks';
import type { Changing } from './watchers.ts';

/** Renders the component again after each change, also those between rendering and painting. */
export function useChanges({ onChange }: Changing): void {
  const [, setCount] = useState(0);
  useLayoutEffect(() => onChange(() => setCount((count) => count + 1)), [onChange]);
}
