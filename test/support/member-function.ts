/** The viewer request function of Lambda@Edge as it is built, run as Lambda runs it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildLambdaEdge } from '../../build/lambda-edge.ts';
import { parseConfig } from '../../config/parse.ts';
import { manualClock } from '../../emulator/manual-clock.ts';
import type { SectionKeys } from '../../shared/config.ts';
import { builtLambda } from './built-lambda.ts';
import { lambdaViewerRequest, type ViewerRequestInit } from './events.ts';
import { memberKeys, SIGNER_ID } from './member-keys.ts';
import { LAMBDA_SECTION, SETTINGS } from './settings.ts';
import { NOON } from './tokens.ts';

/** The request of the event, in which the function leaves out what is not to go on. */
export type LambdaRequest = ReturnType<typeof lambdaViewerRequest>['Records'][0]['cf']['request'];

export interface MemberAnswer {
  /** `goes on`, or the status and the reason in the log; a redirect is a status alone. */
  readonly verdict: string;
  /** What goes on. */
  readonly request: LambdaRequest;
  readonly status: string;
  /** Of an answer, one value each. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly lines: readonly string[];
}

export interface MemberFunction {
  /** For `/members/film.mp4`, unless it says otherwise. */
  ask(init?: ViewerRequestInit): Promise<MemberAnswer>;
  close(): Promise<void>;
}

/** Every carrier, and every algorithm. */
export const MEMBERS = {
  ...LAMBDA_SECTION,
  carriers: ['query', 'header', 'cookie', 'cloudfront'],
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  publicKeys: { [SIGNER_ID]: 'keys/members.pem' },
};

/**
 * Sections of the settings, by default `/private/*` of the CloudFront Function and then `/members/*`, and
 * the keys of sections by their paths. For the function it is noon.
 */
export async function memberFunction(
  sections: readonly object[] = [...SETTINGS.protected, MEMBERS],
  keys?: Readonly<Record<string, SectionKeys>>,
): Promise<MemberFunction> {
  const sectionKeys = keys ?? { '/members/*': await memberKeys() };
  const config = { ...parseConfig({ ...SETTINGS, protected: sections }), sectionKeys };
  const code = await buildLambdaEdge('functions/lambda-edge/viewer-request.ts', config);
  const folder = await mkdtemp(join(tmpdir(), 'edgekeeper-members-'));
  await mkdir(join(folder, 'lambda-edge'));
  await writeFile(join(folder, 'lambda-edge', 'viewer-request.js'), code);
  const runtime = builtLambda('viewer-request', folder, manualClock(NOON * 1000));
  return {
    async ask(init = {}) {
      const outcome = await runtime.invoke(lambdaViewerRequest({ uri: '/members/film.mp4', ...init }));
      if ('error' in outcome) throw new Error(outcome.error);
      return answerOf(outcome.value, outcome.lines);
    },
    async close() {
      await runtime.close();
      await rm(folder, { recursive: true });
    },
  };
}

function answerOf(value: unknown, lines: readonly string[]): MemberAnswer {
  const { status, headers } = value as { status?: string; headers: Record<string, { value: string }[]> };
  const request = value as LambdaRequest;
  if (status === undefined) return { verdict: 'goes on', request, status: '', headers: {}, lines };
  const values = Object.entries(headers).map(([name, items]) => [name, items.map((item) => item.value).join()]);
  const reason = lines[0] === undefined ? '' : ` ${(JSON.parse(lines[0]) as { reason: string }).reason}`;
  return { verdict: `${status}${reason}`, request, status, headers: Object.fromEntries(values), lines };
}
