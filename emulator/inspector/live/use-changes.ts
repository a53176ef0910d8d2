import { useEffect, useState } from 'preact/hooks';
import type { Changing } from './watchers.ts';

/** Renders the component again after each change. */
export function useChanges({ onChange }: Changing): void {
  const [, setCount] = useState(0);
  useEffect(() => onChange(() => setCount((count) => count + 1)), [onChange]);
}
