import type { Finding } from '../../control/answers.ts';
import { getFindings } from '../control-api.ts';
import type { EdgeEvents } from '../live/edge-events.ts';
import { useAsked } from '../live/use-asked.ts';
import { Notices } from './notices.tsx';

const CHANGED_BY = ['update'] as const;

export function FindingsSection({ events }: { events: EdgeEvents }) {
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">Template findings</h2>
      <Findings events={events} />
      <Notices events={events} />
    </section>
  );
}

/** What a check finds in the template, errors first, and each rule once; nothing where nothing checks it. */
function Findings({ events }: { events: EdgeEvents }) {
  const { value, failure } = useAsked(getFindings, events, CHANGED_BY);
  if (value === null && failure === null) return null;
  const errors = value?.filter(({ severity }) => severity === 'error') ?? [];
  const warnings = value?.filter(({ severity }) => severity === 'warning') ?? [];
  const rules = Map.groupBy([...errors, ...warnings], ({ rule }) => rule);
  return (
    <>
      <h3>What the check finds</h3>
      {failure !== null && <p class="failure">{failure}</p>}
      {failure === null && rules.size === 0 && <p class="quiet-text">Nothing is wrong by any of its rules.</p>}
      {failure === null && (
        <ul class="findings">
          {[...rules].map(([rule, findings]) => (
            <BrokenRule key={rule} findings={findings} />
          ))}
        </ul>
      )}
    </>
  );
}

/** @param findings of one rule */
function BrokenRule({ findings }: { findings: readonly Finding[] }) {
  const [{ rule, severity, why, advice, see }] = findings as readonly [Finding];
  return (
    <li>
      <strong class="severity" data-severity={severity}>
        {severity}
      </strong>{' '}
      {why} <span class="quiet-text">{rule}</span>
      {findings.map(({ where, what }) => (
        <div key={`${where} ${what}`}>
          <code>{where}</code>
          {what}
        </div>
      ))}
      <div class="advice">
        {advice}{' '}
        <a href={see} target="_blank" rel="noreferrer">
          {see.replace(/^https:\/\//, '')}
        </a>
      </div>
    </li>
  );
}
