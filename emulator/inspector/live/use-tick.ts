import { useEffect, useState } from 'preact/hooks';

/** Renders the component again each so many milliseconds. */
export function useTick(milliseconds: number): void {
  const [, setCount] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setCount((count) => count + 1), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds]);
}
