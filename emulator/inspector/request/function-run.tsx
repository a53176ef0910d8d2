import { useState } from 'preact/hooks';
import type { ShownStage } from '../../control/answers.ts';
import { CopyButton } from './copy-button.tsx';
import { changedLines, type EventChange, eventChange, jsonOf } from './event-change.ts';

type Run = NonNullable<ShownStage['run']>;

/** What went into a function and came out: the difference first, where there is one to see. */
export function FunctionRun({ run }: { run: Run }) {
  const change = run.error === null ? eventChange(run.event, run.value) : null;
  const views = [...(change === null ? [] : ['Change']), 'Event in', ...(run.error === null ? ['Event out'] : [])];
  const [chosen, setChosen] = useState(views[0] ?? 'Event in');
  return (
    <div class="function-run">
      {run.lines.length > 0 && (
        <figure class="log">
          <figcaption>Log</figcaption>
          <pre tabIndex={0}>{run.lines.join('\n')}</pre>
        </figure>
      )}
      <div class="switch">
        {views.map((view) => (
          <button key={view} type="button" aria-pressed={view === chosen} onClick={() => setChosen(view)}>
            {view}
          </button>
        ))}
        <span class="gap" />
        <CopyButton label="Copy event" text={jsonOf(run.event)} />
      </div>
      {chosen === 'Change' && change !== null ? (
        <Difference change={change} />
      ) : (
        <pre tabIndex={0}>{jsonOf(chosen === 'Event out' ? run.value : run.event)}</pre>
      )}
    </div>
  );
}

function Difference({ change }: { change: EventChange }) {
  const lines = changedLines(change);
  if (lines.length === 0) return <p class="quiet-text">It changed nothing.</p>;
  return (
    <pre class="difference" tabIndex={0}>
      {lines.map(({ kind, text }, index) => (
        <span key={index} data-kind={kind}>
          {MARKS[kind]}
          {text}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

const MARKS = { same: '  ', added: '+ ', removed: '- ' } as const;
