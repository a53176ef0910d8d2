import type { TracedRequest } from '../../control/answers.ts';

type Explanation = NonNullable<TracedRequest['explanation']>;

/** Who refused, or let in, and what was looked at for that. */
export function Verdict({ request: { reason, reasonInWords, explanation } }: { request: TracedRequest }) {
  if (reason === null && explanation === null) return null;
  return (
    <section class="verdict" aria-label="Verdict" data-refused={reason !== null}>
      <p>
        {reason === null ? (
          <strong>Not refused.</strong>
        ) : (
          <>
            <strong>Refused: {reason}.</strong> {reasonInWords}
          </>
        )}
      </p>
      {explanation !== null && <Steps explanation={explanation} isOpen={reason !== null} />}
    </section>
  );
}

/** The same as `edgekeeper explain` says. */
function Steps({ explanation, isOpen }: { explanation: Explanation; isOpen: boolean }) {
  const { allow, reason, steps, nearest } = explanation;
  return (
    <details open={isOpen}>
      <summary>
        By the keys, the store and the settings as they are now it is {allow ? 'let in' : outcomeOf(reason)}
      </summary>
      <ul class="steps">
        {steps.map(({ step, expected, got, ok }, index) => (
          <li key={index} data-ok={ok}>
            <span class="step-mark" role="img" aria-label={ok ? 'good' : 'not good'}>
              {ok ? '✓' : '✗'}
            </span>
            <span class="step-name">{step}</span>
            <span>
              {got}
              {got !== expected && <span class="quiet-text"> expected {expected}</span>}
            </span>
          </li>
        ))}
      </ul>
      {nearest !== null && <p>Nearest miss: {nearest}</p>}
    </details>
  );
}

/** A preflight lets nobody in, and is no refusal. */
function outcomeOf(reason: string): string {
  return reason === 'preflight' ? 'answered at the edge' : `refused: ${reason}`;
}
