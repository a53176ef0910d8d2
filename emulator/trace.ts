/** What happened to a request, stage by stage. Events and headers are kept as they are: whoever shows them masks them. */
import type { CacheTime } from './cache-time.ts';
import type { CacheBehavior } from './distribution.ts';
import type { EdgeRequest, ViewerAnswer } from './exchange.ts';
import { type FunctionRun, keptRun } from './function-run.ts';
import type { HeaderLines } from './headers.ts';
import type { OriginFailure } from './origin-connection.ts';
import { REASON_HEADER } from './reason-header.ts';

/** In CloudFront's order. */
export const STAGES = [
  'behavior',
  'host',
  'geo-restriction',
  'viewer-protocol',
  'trusted-key-group',
  'viewer-request',
  'cache-lookup',
  'origin-request',
  'origin',
  'origin-group',
  'origin-response',
  'store',
  'custom-error-response',
  'viewer-response',
  'viewer-headers',
] as const;

export type StageName = (typeof STAGES)[number];

/** What is told of a stage, beside its times. */
export interface StageDetails {
  /** A sentence; absent: the decision says it all. */
  readonly reason?: string;
  readonly behavior?: { readonly chosen: CacheBehavior; readonly all: readonly CacheBehavior[] };
  /** Ids of the keys of the trusted key groups. */
  readonly trustedKeys?: readonly string[];
  /** As a behavior refers to it. */
  readonly functionId?: string;
  /** What is wrong with what the function gave back. */
  readonly fault?: string;
  /** Which of the caches. */
  readonly cache?: string;
  readonly cacheKey?: string;
  /** Which rule gave it its time. */
  readonly ttl?: CacheTime;
  /** Of what is stored, in epoch milliseconds. */
  readonly stored?: { readonly storedAt: number; readonly expiresAt: number };
  readonly response?: { readonly status: number; readonly headers: HeaderLines };
}

/** Times are milliseconds from the beginning of the request. */
export interface Stage extends StageDetails {
  readonly stage: StageName;
  readonly begin: number;
  readonly end: number | null;
  /** `passed`, `hit`, `answered` and the like. */
  readonly decision: string;
  readonly run?: FunctionRun;
  readonly attempt?: OriginAttempt;
}

/** One request to an origin; what has not happened is null. */
export interface OriginAttempt {
  readonly originId: string;
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderLines;
  readonly begin: number;
  /** When there was a connection, with TLS where that is spoken. */
  connect: number | null;
  /** Whether it went over a connection that was kept. */
  isReused: boolean;
  firstByte: number | null;
  /** When the body had come, or the attempt failed. */
  end: number | null;
  /** The status; or how it failed, `closed` being a kept connection that ended just then. */
  result: number | OriginFailure | 'closed' | null;
}

export interface Trace {
  /** Milliseconds from the beginning of the request. */
  now(): number;
  /** When the latest stage ended: what goes on beside others begins there. */
  latestEnd(): number;
  /** A stage that ends now. Without `begin` it began when the one before it ended; with it, it is beside others. */
  stage(stage: StageName, decision: string, details?: StageDetails, begin?: number): void;
  /** What the function of a stage was given and gave back; of the stage that is told next by that name. */
  ran(stage: StageName, run: FunctionRun): void;
  /** An attempt that begins now: its stage is there at once. */
  attempt(asked: Pick<OriginAttempt, 'originId' | 'method' | 'target' | 'headers'>): OriginAttempt;
  /** In the order in which they began. */
  stages(): readonly Stage[];
}

/** As it was told: objects of one shape, which cost least. */
interface ToldStage extends Pick<Stage, 'stage' | 'begin' | 'end' | 'decision'> {
  readonly details: StageDetails | undefined;
  readonly run: FunctionRun | undefined;
  readonly attempt: OriginAttempt | undefined;
}

function shownStage({ details, run, attempt, ...told }: ToldStage): Stage {
  return { ...details, ...told, ...(run !== undefined && { run }), ...(attempt !== undefined && { attempt }) };
}

/** Of one request, more than any way through the distribution takes. */
const MAX_STAGES = 100;

export function newTrace(): Trace {
  const started = performance.now();
  const told: ToldStage[] = [];
  const runs: Partial<Record<StageName, FunctionRun>> = {};
  let last = 0;
  let latest: OriginAttempt | undefined;
  const now = (): number => performance.now() - started;
  const latestEnd = (): number => Math.max(last, latest?.firstByte ?? latest?.end ?? 0);
  const keep = (stage: ToldStage): void => {
    if (told.length < MAX_STAGES) told.push(stage);
  };
  return {
    now,
    latestEnd,
    stage(stage, decision, details, begin) {
      const run = runs[stage];
      const end = now();
      if (run !== undefined) delete runs[stage];
      keep({ stage, decision, begin: run?.begin ?? begin ?? latestEnd(), end, details, run, attempt: undefined });
      if (begin === undefined) last = end;
    },
    ran(stage, run) {
      runs[stage] = keptRun(run);
    },
    attempt(asked) {
      const begin = now();
      const open = { connect: null, isReused: false, firstByte: null, end: null, result: null };
      const attempt: OriginAttempt = { ...asked, ...open, begin };
      latest = attempt;
      keep({ stage: 'origin', decision: 'asked', begin, end: null, details: undefined, run: undefined, attempt });
      return attempt;
    },
    stages: () =>
      told.map(shownStage).sort((a, b) => a.begin - b.begin || STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage)),
  };
}

/** Tells what a check came to, and returns that. `isAsked`: the distribution has something to check. */
export function checked(
  { trace }: EdgeRequest,
  stage: StageName,
  isAsked: boolean,
  refusal: ViewerAnswer | null,
  details?: StageDetails,
): ViewerAnswer | null {
  if (trace === undefined) return refusal;
  if (refusal === null) trace.stage(stage, isAsked ? 'passed' : 'not asked', details);
  else trace.stage(stage, refusal.status < 400 ? 'redirected' : 'refused', { ...details, ...reasonIn(refusal) });
  return refusal;
}

/** Tells what became of a behavior's function. `answer`: its own, or CloudFront's word on its failure. */
export function tellFunction(
  { trace }: EdgeRequest,
  stage: StageName,
  associated: { readonly id: string } | null,
  answer: ViewerAnswer | null,
): void {
  if (trace === undefined) return;
  if (associated === null) {
    trace.stage(stage, 'no function');
    return;
  }
  const functionId = associated.id;
  if (answer === null) {
    trace.stage(stage, 'passed on', { functionId });
    return;
  }
  const reason = answer.xCache.replace(' from cloudfront', '');
  const { fault } = answer;
  const told = { functionId, reason, ...(fault !== undefined && { fault }) };
  trace.stage(stage, reason.includes('Error') ? 'failed' : 'answered', told);
}

/** Tells whether an error has a page of its own. */
export function tellPage({ trace }: EdgeRequest, { status }: ViewerAnswer, page: ViewerAnswer | null): void {
  if (trace === undefined || status < 400) return;
  if (page === null) trace.stage('custom-error-response', 'none', { reason: `${status} has no page` });
  else trace.stage('custom-error-response', 'replaced', { reason: `${status} is answered with ${page.status}` });
}

function reasonIn({ status, headers }: ViewerAnswer): StageDetails {
  const reason = headers.find(([name]) => name === REASON_HEADER)?.[1];
  return { reason: reason ?? `answered with ${status}` };
}
