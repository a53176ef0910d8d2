import type { ShownStage } from '../../control/answers.ts';
import { type Fact, Facts, HeaderList } from './facts.tsx';
import { FunctionRun } from './function-run.tsx';
import { resultWords, ttlWords } from './stage-words.ts';

/** All that is known of a stage. */
export function StageDetails({ stage }: { stage: ShownStage }) {
  return (
    <div class="stage-details">
      <Facts
        facts={[
          stage.reason === null ? null : ['Why', stage.reason],
          ...behaviorFacts(stage),
          ...functionFacts(stage),
          ...cacheFacts(stage),
          ...attemptFacts(stage),
          ...responseFacts(stage),
        ]}
      />
      {stage.run !== undefined && <FunctionRun run={stage.run} />}
    </div>
  );
}

function behaviorFacts({ behavior, trustedKeys }: ShownStage): (Fact | null)[] {
  return [
    behavior === undefined ? null : ['Path pattern', behavior.pathPattern],
    behavior === undefined ? null : ['Origin or group', behavior.targetOriginId],
    behavior === undefined || behavior.passedOver.length === 0
      ? null
      : ['Did not match', behavior.passedOver.join(', ')],
    trustedKeys === undefined ? null : ['Trusted keys', trustedKeys.join(', ')],
  ];
}

function functionFacts({ function: used, run, fault }: ShownStage): (Fact | null)[] {
  return [
    used === undefined ? null : ['Function', used.name ?? used.id],
    used?.kind == null ? null : ['Runs as', `${used.kind}, in ${used.engine}`],
    run === undefined ? null : ['Compute time', milliseconds(run.milliseconds)],
    fault === undefined ? null : ['Fault', fault],
    run?.error == null ? null : ['Error', run.error],
  ];
}

function cacheFacts({ cache, key, stored, ttl }: ShownStage): (Fact | null)[] {
  return [
    cache === undefined ? null : ['Cache', cache],
    key === undefined ? null : ['Cache key', <KeyParts cacheKey={key} />],
    stored === undefined ? null : ['Stored', `${stored.storedAt}, until ${stored.expiresAt}`],
    ttl === undefined ? null : ['Kept for', ttlWords(ttl)],
  ];
}

function attemptFacts({ attempt, begin }: ShownStage): (Fact | null)[] {
  if (attempt === undefined) return [];
  const since = (time: number | null): string => (time === null ? 'never' : milliseconds(time - begin));
  return [
    ['Result', resultWords(attempt.result)],
    ['Origin', attempt.originId],
    ['Request', `${attempt.method} ${attempt.target}`],
    ['Connected after', `${since(attempt.connect)}${attempt.isReused ? ', kept from before' : ''}`],
    ['First byte after', since(attempt.firstByte)],
    ['Ended after', since(attempt.end)],
    ['Headers sent', <HeaderList headers={attempt.headers} />],
  ];
}

function responseFacts({ response }: ShownStage): (Fact | null)[] {
  if (response === undefined) return [];
  return [
    ['Status', response.status],
    ['Headers', <HeaderList headers={response.headers} />],
  ];
}

function KeyParts({ cacheKey }: { cacheKey: NonNullable<ShownStage['key']> }) {
  const { method, host, path, query, headers, cookies, encodings } = cacheKey;
  const pairs = (list: readonly { name: string; value: string }[]): string =>
    list.map(({ name, value }) => `${name}: ${value}`).join(', ');
  const parts: [string, string | null][] = [
    ['method', method],
    ['host', host],
    ['path', path],
    ['query string', query],
    ['headers', pairs(headers) || null],
    ['cookies', pairs(cookies) || null],
    ['encodings', encodings],
  ];
  return (
    <ul class="headers">
      {parts.map(([name, value]) =>
        value === null ? null : (
          <li key={name}>
            <span class="header-name">{name}</span>: {value}
          </li>
        ),
      )}
    </ul>
  );
}

export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
}
