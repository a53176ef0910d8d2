/** What our function at the viewer request makes of a request, in the order of the handlers in `functions/`. */
import type { CacheBehavior } from '../../emulator/distribution.ts';
import type { Explanation, Step } from '../../emulator/explanation.ts';
import { canonicalPath } from '../../shared/access/canonical-path.ts';
import { takePathToken } from '../../shared/access/carriers.ts';
import { isPreflight } from '../../shared/access/cors.ts';
import { refusalResponse, signInResponse } from '../../shared/access/refusal.ts';
import { sectionOf } from '../../shared/access/section.ts';
import type { EdgeConfig, ProtectedSection } from '../../shared/config.ts';
import type { ViewerRequest } from '../../shared/events/cloudfront-functions.ts';
import { viewerOf } from './edge-viewer.ts';
import type { ExplainedRequest } from './explained-request.ts';
import type { ExplainedService } from './explained-service.ts';
import { shownPath } from './hidden.ts';
import { canonicalSpelling, pathFault } from './path-fault.ts';
import { type SectionVerdict, sectionVerdict } from './section-verdict.ts';
import { withToken } from './token-carrier.ts';

type Runtime = ProtectedSection['runtime'];

/** A behavior without a function lets everybody in. */
export async function functionExplanation(
  { viewerRequest }: CacheBehavior,
  asked: ExplainedRequest,
  service: ExplainedService,
  token: string | undefined,
): Promise<Explanation> {
  if (viewerRequest === null) return explanation(admitted([PUBLIC]), null);
  const { runtime } = viewerRequest;
  const viewer = viewerOf(runtime, service.distribution, asked);
  const { request } = viewer;
  const sections = sectionsOf(service.config, runtime);
  const shown = sections.some(takesPath) ? takePathToken(request) : undefined;
  const path = canonicalPath(request.uri);
  if (path === undefined) return explanation(pathRefusal(request.uri), 400);

  const section = sectionOf(sections, path);
  const beginning = [pathStep(request.uri), sectionStep(section, runtime, Boolean(shown))];
  const answered = (verdict: SectionVerdict): Explanation => {
    const steps = [...beginning, ...verdict.steps];
    return explanation({ ...verdict, steps }, statusOf(verdict, request, section, asked.now));
  };
  if (beginning[1]?.ok === false) return answered(refused(runtime === 'lambda-edge' ? 'no-section' : 'path', []));
  if (section === undefined) return answered(admitted([]));
  if (section.cors !== null && isPreflight(request))
    return { ...answered(refused('preflight', [PREFLIGHT])), status: 204 };
  if (token === undefined) return answered(await sectionVerdict(viewer, shown, section, service, asked));
  const given = withToken(request, section, token);
  const verdict = await sectionVerdict({ ...viewer, request: given.request }, given.pathToken, section, service, asked);
  return answered({ ...verdict, steps: verdict.steps.map(asGiven) });
}

function asGiven(step: Step): Step {
  return step.step === 'carrier' && step.ok ? { ...step, got: `the token given, as if in ${step.got}` } : step;
}

/** A section of the other function is there by its path, and lets nobody in. */
function sectionsOf({ protected: sections }: EdgeConfig, runtime: Runtime): ProtectedSection[] {
  return sections.map((own) => (own.runtime === runtime ? own : { ...own, carriers: [], cors: null, signIn: null }));
}

function takesPath({ carriers }: ProtectedSection): boolean {
  return carriers.includes('path');
}

const PUBLIC: Step = {
  step: 'section',
  expected: 'public: nothing is asked',
  got: 'public: nothing is asked',
  ok: true,
};

const PREFLIGHT: Step = {
  step: 'method',
  expected: 'a request for the object',
  got: 'a CORS preflight, which is answered at the edge and lets nobody in',
  ok: false,
};

function pathStep(path: string): Step {
  return { step: 'path', expected: 'a path in its canonical spelling', got: shownPath(path), ok: true };
}

function pathRefusal(path: string): SectionVerdict {
  const step = { ...pathStep(path), got: `${path && `${shownPath(path)}: `}${shownPath(pathFault(path))}`, ok: false };
  const spelling = canonicalSpelling(path);
  const nearest = spelling === undefined ? null : `the path is canonical as ${shownPath(spelling)}`;
  return { reason: 'path', steps: [step], nearest };
}

/** The CloudFront Function lets public paths through; the Lambda@Edge function is for its sections alone. */
function sectionStep(section: ProtectedSection | undefined, runtime: Runtime, hasPathToken: boolean): Step {
  if (runtime === 'lambda-edge') {
    const expected = 'a section of the Lambda@Edge function';
    return { step: 'section', expected, got: section?.path ?? 'none', ok: section?.runtime === runtime };
  }
  if (!hasPathToken) return section === undefined ? PUBLIC : { ...PUBLIC, expected: section.path, got: section.path };
  const expected = 'a section that takes a token in the path';
  return { step: 'section', expected, got: section?.path ?? 'none', ok: section !== undefined && takesPath(section) };
}

function admitted(steps: readonly Step[]): SectionVerdict {
  return { reason: undefined, steps, nearest: null };
}

function refused(reason: SectionVerdict['reason'], steps: readonly Step[]): SectionVerdict {
  return { reason, steps, nearest: null };
}

function explanation({ reason, steps, nearest }: SectionVerdict, status: number | null): Explanation {
  return { allow: reason === undefined, reason: reason ?? 'allowed', code: null, status, steps, nearest };
}

/** Null where nothing is answered, and where nobody here can tell. */
function statusOf(
  { reason }: SectionVerdict,
  request: ViewerRequest,
  section: ProtectedSection | undefined,
  now: number,
): number | null {
  if (reason === undefined || reason === 'key-unreadable' || reason === 'preflight') return null;
  const refusal = refusalResponse(reason);
  const signIn = section?.signIn;
  return signIn ? signInResponse(refusal, request, signIn, undefined, now).status : refusal.status;
}
