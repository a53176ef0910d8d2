import type { ShownStage, TracedRequest } from '../../control/answers.ts';
import { milliseconds, StageDetails } from './stage-details.tsx';
import { isIdle, moodOf, resultWords, STAGE_TITLES } from './stage-words.ts';

/** The way of a request: each stage opens, and has a bar that says when it was and how long. */
export function StageLine({ request }: { request: TracedRequest }) {
  const { stages } = request;
  const total = Math.max(...stages.map(({ begin, end }) => end ?? begin), 0.001);
  return (
    <ol class="stages" aria-label="Stages">
      {stages.map((stage, index) => (
        <li key={index} data-idle={isIdle(stage)} data-mood={moodOf(stage)}>
          <details open={isWorthReading(stage)}>
            <summary>
              <span class="stage-name">{STAGE_TITLES[stage.stage]}</span>
              <span class="decision">{decisionOf(stage)}</span>
              <Bar stage={stage} total={total} />
              <span class="stage-time">{stage.end === null ? 'under way' : milliseconds(stage.end - stage.begin)}</span>
            </summary>
            <StageDetails stage={stage} />
          </details>
        </li>
      ))}
    </ol>
  );
}

function decisionOf({ decision, attempt, cache, stage, response }: ShownStage): string {
  if (attempt !== undefined) return `${attempt.originId}: ${resultWords(attempt.result)}`;
  if (stage === 'viewer-headers' && response !== undefined) return `${response.status}, ${decision}`;
  return cache === undefined ? decision : `${decision}, ${cache}`;
}

function isWorthReading({ stage, decision, run }: ShownStage): boolean {
  return decision === 'failed' || (run !== undefined && stage === 'viewer-request') || stage === 'viewer-headers';
}

function Bar({ stage: { begin, end }, total }: { stage: ShownStage; total: number }) {
  const percent = (value: number): string => `${((100 * value) / total).toFixed(2)}%`;
  return (
    <span class="bar" aria-hidden="true">
      <span style={{ left: percent(begin), width: percent((end ?? total) - begin) }} />
    </span>
  );
}
