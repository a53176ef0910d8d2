/** A request's stages as they are shown: what was decided, and whatever was carried there, masked. */
import type { DescribedFunction } from '../described-functions.ts';
import type { ExchangeMask } from '../masked-exchange.ts';
import { type OriginAttempt, STAGES, type Stage } from '../trace.ts';
import { cacheKey, shownKey } from './cache-key.ts';
import { cacheTime } from './cache-time.ts';
import type { Controlled } from './controlled.ts';
import { errorPlace, placeOfError } from './error-place.ts';
import { flag, integer, list, named, nullable, number, object, type Schema, text, word } from './schema.ts';

export const headers = list(object({ name: text('In lower case'), value: text('Masked where it is secret') }));

const ms = (description: string): Schema => number(`${description}, in milliseconds from the request's beginning`);

const event = { description: 'As the function saw it or gave it back; bodies are cut out' };

const attempt = object({
  originId: text('Which origin was asked'),
  method: text('Of the request'),
  target: text('Path and query string'),
  headers,
  isReused: flag('Whether a connection was there already'),
  connect: nullable(ms('When there was a connection')),
  firstByte: nullable(ms('When the answer began')),
  end: nullable(ms('When the body had come, or the attempt had failed')),
  result: { type: ['integer', 'string', 'null'], description: 'The status, or how it failed; null: it is under way' },
});

export const stage = named(
  'Stage',
  object(
    {
      stage: word(STAGES, 'Which one it is'),
      begin: ms('Its beginning'),
      end: nullable(ms('Its end')),
      decision: text('`passed`, `hit`, `answered` and the like; of the behavior its path pattern'),
      reason: nullable(text('Why, where the decision does not say it all')),
      behavior: object({
        pathPattern: text('What the path matched'),
        targetOriginId: text('Its origin or origin group'),
        passedOver: list(text('A path pattern before it, which did not match')),
      }),
      trustedKeys: list(text('Id of a key that signatures may be made with')),
      function: object({
        id: text('As the behavior refers to it'),
        name: nullable(text('Its name')),
        kind: nullable(text('Of which kind it is')),
        engine: nullable(text('What it ran in')),
      }),
      fault: text('What is wrong with what the function gave back'),
      run: object({
        event,
        value: event,
        error: nullable(text('What it threw, or how it ended')),
        place: nullable(errorPlace),
        lines: list(text('What it logged')),
        milliseconds: number('From handing the event over to having the value; two threads take part'),
      }),
      cache: text('Which cache: `edge location FRA`, `regional edge cache eu-central-1`, `origin shield ...`'),
      key: cacheKey,
      stored: object({ storedAt: text('When', 'date-time'), expiresAt: text('When', 'date-time') }),
      ttl: cacheTime,
      attempt,
      response: object({ status: integer('Of the answer'), headers }),
    },
    ['behavior', 'trustedKeys', 'function', 'fault', 'run', 'cache', 'key', 'stored', 'ttl', 'attempt', 'response'],
  ),
);

/** What is known of functions. */
export type KnownFunctions = Pick<Controlled, 'functions' | 'codeOf'>;

/** In the order in which they began. */
export function shownStages(stages: readonly Stage[], { functions, codeOf }: KnownFunctions, mask: ExchangeMask) {
  const shown = stages.map((each) => {
    const code = each.functionId === undefined ? null : codeOf(each.functionId);
    return { own: ownParts(each, functions), carried: carriedParts(each, code, mask) };
  });
  return shown.map(({ own, carried }) => ({ ...own, ...scrubbedParts(carried, mask) }));
}

type Carried = ReturnType<typeof carriedParts>;

/** The names of properties are this API's own, but for those in events. */
function scrubbedParts({ run, ...others }: Carried, mask: ExchangeMask): Carried {
  if (run === undefined) return mask.scrubbed(others);
  const { event, value, ...ran } = run;
  const events = { event: mask.scrubbedEvent(event), value: mask.scrubbedEvent(value) };
  return { ...mask.scrubbed(others), run: { ...mask.scrubbed(ran), ...events } };
}

/** What this edge says of it. */
function ownParts(told: Stage, functions: readonly DescribedFunction[]) {
  const { stage, begin, decision, reason = null, behavior, trustedKeys, functionId, cache, stored, ttl } = told;
  const used = functions.find(({ id }) => id === functionId);
  const end = told.attempt === undefined ? told.end : told.attempt.end;
  return {
    stage,
    begin: rounded(begin),
    end: end === null ? null : rounded(end),
    decision,
    reason,
    ...(behavior !== undefined && { behavior: shownBehavior(behavior) }),
    ...(trustedKeys !== undefined && { trustedKeys }),
    ...(functionId !== undefined && {
      function: { id: functionId, name: used?.name ?? null, kind: used?.kind ?? null, engine: used?.engine ?? null },
    }),
    ...(cache !== undefined && { cache }),
    ...(stored !== undefined && { stored: mapDates(stored) }),
    ...(ttl !== undefined && { ttl }),
  };
}

/** What came from elsewhere. */
function carriedParts(
  { run, fault, cacheKey: key, attempt, response }: Stage,
  code: string | null,
  mask: ExchangeMask,
) {
  return {
    ...(fault !== undefined && { fault }),
    ...(run !== undefined && {
      run: {
        event: mask.event(run.event),
        value: (mask.event(run.value) ?? null) as unknown,
        error: run.error,
        place: placeOfError(run, code),
        lines: run.lines,
        milliseconds: rounded(run.end - run.begin),
      },
    }),
    ...(key !== undefined && { key: shownKey(key, mask) }),
    ...(attempt !== undefined && { attempt: shownAttempt(attempt, mask) }),
    ...(response !== undefined && { response: { status: response.status, headers: mask.headers(response.headers) } }),
  };
}

function shownBehavior({ chosen, all }: NonNullable<Stage['behavior']>) {
  const { pathPattern, targetOriginId } = chosen;
  const passedOver = all.slice(0, all.indexOf(chosen)).map((other) => other.pathPattern);
  return { pathPattern, targetOriginId, passedOver };
}

function shownAttempt({ originId, method, target, headers, isReused, ...times }: OriginAttempt, mask: ExchangeMask) {
  const [path = '', query] = target.split('?', 2);
  const shown = query === undefined ? mask.path(path) : `${mask.path(path)}?${mask.query(query)}`;
  const { connect, firstByte, end, result } = times;
  return {
    ...{ originId, method, target: shown, headers: mask.headers(headers), isReused, result },
    connect: connect === null ? null : rounded(connect),
    firstByte: firstByte === null ? null : rounded(firstByte),
    end: end === null ? null : rounded(end),
  };
}

function mapDates({ storedAt, expiresAt }: NonNullable<Stage['stored']>) {
  return { storedAt: new Date(storedAt).toISOString(), expiresAt: new Date(expiresAt).toISOString() };
}

/** To microseconds. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
