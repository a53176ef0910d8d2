/** Requests to the shipped viewer request function, and the verdict that each gets. */
import { describe } from 'vitest';
import { buildCloudFrontFunction } from '../../build/cloudfront-function.ts';
import type { EdgeConfig } from '../../shared/config.ts';
import { type Engine, inEmulator, inNjs, type Run, type RunResult } from './engines.ts';
import { type ViewerRequestInit, viewerRequest } from './events.ts';
import { describeNjs } from './njs.ts';
import { config, type SectionInit } from './settings.ts';
import { token } from './tokens.ts';

export const ENTRY = 'functions/cloudfront/viewer-request.ts';

export interface Case {
  readonly name: string;
  readonly run: Run;
  /** A status with the reason in the log, or without one; or the request goes on. */
  readonly expected: 'goes on' | `${number}` | `${number} ${string}`;
  /** Settings of the section. */
  readonly section?: SectionInit;
}

/** A request for a private object with these cookies. */
export function asking(cookies: ViewerRequestInit['cookies'] = {}, init: ViewerRequestInit = {}): Run {
  return { event: viewerRequest({ uri: '/private/film.mp4', cookies, ...init }) };
}

/** A request for a private object by the bearer of a token with these claims. */
export async function bearing(claims: Record<string, unknown>, init: ViewerRequestInit = {}): Promise<Run> {
  return asking({ edgekeeper: await token({ claims }) }, init);
}

const scripts = new Map<string, Promise<string>>();

/** The function as it is deployed with these settings. Built once. */
export function scriptOf(settings: EdgeConfig): Promise<string> {
  const key = JSON.stringify(settings);
  const script = scripts.get(key) ?? buildCloudFrontFunction(ENTRY, settings);
  scripts.set(key, script);
  return script;
}

export async function resultOf(engine: Engine, run: Run, section: SectionInit = {}): Promise<RunResult> {
  return (await engine(await scriptOf(config(section)), [run]))[0] as RunResult;
}

export function verdictOf({ value, lines, error }: RunResult): string {
  if (error !== undefined) return error;
  if (value.statusCode === undefined) return 'goes on';
  const logged = lines.map((line) => (JSON.parse(line) as { reason: string }).reason);
  return [value.statusCode, ...logged].join(' ');
}

/** The verdict on each case, by its name. */
export async function verdictsOn(engine: Engine, cases: readonly Case[]): Promise<Record<string, string>> {
  const verdicts: Record<string, string> = {};
  for (const section of new Set(cases.map((c) => JSON.stringify(c.section ?? {})))) {
    const group = cases.filter((c) => JSON.stringify(c.section ?? {}) === section);
    const script = await scriptOf(config(JSON.parse(section)));
    const results = await engine(
      script,
      group.map((c) => c.run),
    );
    for (const [index, result] of results.entries()) verdicts[group[index]?.name ?? ''] = verdictOf(result);
  }
  return verdicts;
}

/** What `verdictsOn` is to come to. Throws when two cases have one name, since one would hide the other. */
export function expectedOf(cases: readonly Case[]): Record<string, string> {
  const expected = Object.fromEntries(cases.map((c) => [c.name, c.expected]));
  if (Object.keys(expected).length !== cases.length) throw new Error('two cases have one name');
  return expected;
}

export function inBothEngines(suite: (engine: Engine) => void): void {
  describe('in the emulator', () => suite(inEmulator));
  describeNjs('under njs', () => suite(inNjs));
}
