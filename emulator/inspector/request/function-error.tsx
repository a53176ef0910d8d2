import type { ShownStage, TracedRequest } from '../../control/answers.ts';
import { STAGE_TITLES } from './stage-words.ts';

/** CloudFront's words to viewers, by what `x-cache` says. */
const ANSWERS: Readonly<Record<string, string>> = {
  FunctionExecutionError:
    'The CloudFront function associated with the CloudFront distribution is invalid or could not run.',
  FunctionValidationError: 'The CloudFront function returned an invalid value.',
  LambdaExecutionError: 'The Lambda function associated with the CloudFront distribution is invalid or could not run.',
  LambdaValidationError: 'The Lambda function result failed validation.',
};

/** The stage at which a function failed; undefined: none did. */
export function failedStage({ stages }: TracedRequest): ShownStage | undefined {
  return stages.find(({ decision, function: ran }) => decision === 'failed' && ran !== undefined);
}

/** What went wrong in a function, where, and what came of it. */
export function FunctionError({ stage, request }: { stage: ShownStage; request: TracedRequest }) {
  const place = stage.run?.place ?? null;
  const code = stage.reason ?? '';
  return (
    <section class="function-error" aria-label="Function error">
      <h3>
        {stage.function?.name ?? stage.function?.id} failed at {STAGE_TITLES[stage.stage].toLowerCase()}
      </h3>
      <p class="error-text">{stage.fault ?? stage.run?.error ?? 'What it gave back was not taken.'}</p>
      {place !== null && (
        <figure class="source">
          <figcaption>
            {place.file}:{place.line}:{place.column}
          </figcaption>
          {place.excerpt !== null && <Excerpt lines={place.excerpt} line={place.line} column={place.column} />}
        </figure>
      )}
      <p>
        CloudFront answers <strong>{answerOf(stage, request)}</strong>
        {ANSWERS[code] !== undefined && `: “${ANSWERS[code]}”`}
      </p>
    </section>
  );
}

function answerOf({ reason }: ShownStage, { status, stages }: TracedRequest): string {
  const replaced = stages.find(({ stage, decision }) => stage === 'custom-error-response' && decision === 'replaced');
  const own = reason?.endsWith('ValidationError') ? 502 : 503;
  return replaced === undefined ? `${status} ${reason}` : `${own} ${reason}, and ${replaced.reason}`;
}

interface ExcerptProps {
  readonly lines: readonly { readonly number: number; readonly text: string }[];
  readonly line: number;
  readonly column: number;
}

function Excerpt({ lines, line, column }: ExcerptProps) {
  const width = String(lines.at(-1)?.number ?? 0).length;
  return (
    <pre tabIndex={0}>
      {lines.map(({ number, text }) => (
        <span key={number} data-here={number === line}>
          {`${String(number).padStart(width)}  ${text}\n`}
          {number === line && `${' '.repeat(width + 1 + column)}^\n`}
        </span>
      ))}
    </pre>
  );
}
