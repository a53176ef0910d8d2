import { useState } from 'preact/hooks';

/** Says for a while that it was done, or that the browser did not let it. */
export function CopyButton({ label, text }: { label: string; text: string }) {
  const [outcome, setOutcome] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    const done = await navigator.clipboard.writeText(text).then(
      () => 'Copied',
      () => 'Not copied',
    );
    setOutcome(done);
    setTimeout(() => setOutcome(null), 1_500);
  };
  return (
    <button type="button" onClick={copy}>
      <span aria-live="polite">{outcome ?? label}</span>
    </button>
  );
}
