/** The HS256 lines of jwt-attacks.jsonl against the shipped script, in both engines. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildCloudFrontFunction } from '../../build/cloudfront-function.ts';
import { type Engine, inEmulator, inNjs } from '../support/engines.ts';
import { viewerRequest } from '../support/events.ts';
import { describeNjs } from '../support/njs.ts';
import { config } from '../support/settings.ts';

interface Attack {
  readonly name: string;
  readonly allowedAlgs: readonly string[];
  readonly key?: { readonly kty: string; readonly k: string; readonly kid?: string };
  readonly jwks?: { readonly keys: readonly { readonly k: string; readonly kid: string }[] };
  readonly token: string;
  /** Epoch seconds. */
  readonly now: number;
  readonly options: { readonly issuer?: string; readonly audience?: string; readonly clockToleranceSeconds?: number };
  readonly expect: 'accept' | 'reject' | 'either';
  readonly recommended?: 'accept' | 'reject';
}

const attacks = readFileSync(new URL('./jwt-attacks.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Attack)
  .filter(({ allowedAlgs }) => allowedAlgs.length === 1 && allowedAlgs[0] === 'HS256');

/** Labelled `either`, and decided here: of doubled JSON keys the last counts, as `JSON.parse` reads them. */
const DECIDED: Readonly<Record<string, 'accept' | 'reject'>> = { 'HS256-dup-header-alg': 'accept' };

/** Where either verdict would do, the recommended one; where none is, whichever it is. */
function wanted(attack: Attack): 'accept' | 'reject' | null {
  const decided = DECIDED[attack.name];
  if (decided !== undefined) return decided;
  return attack.expect === 'either' ? (attack.recommended ?? null) : attack.expect;
}

function stateOf({ key, jwks }: Attack): string {
  const keys = jwks?.keys ?? [{ kid: 'hs', ...key }];
  return JSON.stringify({ keys: Object.fromEntries(keys.map(({ kid, k }) => [kid, k])) });
}

async function verdicts(engine: Engine): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const groups = grouped();
  for (const [options, group] of groups) {
    const { clockToleranceSeconds = 0, ...section } = JSON.parse(options) as Attack['options'];
    const settings = config(section, clockToleranceSeconds);
    const script = await buildCloudFrontFunction('functions/cloudfront/viewer-request.ts', settings);
    const runs = group.map((attack) => ({
      event: viewerRequest({ uri: '/private/film.mp4', cookies: { edgekeeper: attack.token } }),
      state: stateOf(attack),
      now: attack.now,
    }));
    for (const [index, { value }] of (await engine(script, runs)).entries()) {
      found[group[index]?.name ?? ''] = value.statusCode === undefined ? 'accept' : 'reject';
    }
  }
  return found;
}

function grouped(): Map<string, Attack[]> {
  const groups = new Map<string, Attack[]>();
  for (const attack of attacks) {
    const key = JSON.stringify(attack.options);
    groups.set(key, [...(groups.get(key) ?? []), attack]);
  }
  return groups;
}

function suite(engine: Engine): void {
  test('every token gets the verdict that its label asks for', async () => {
    const actual = await verdicts(engine);
    const expected = Object.fromEntries(attacks.map((attack) => [attack.name, wanted(attack) ?? actual[attack.name]]));
    expect(actual).toEqual(expected);
    expect(attacks.length).toBeGreaterThan(50);
  });
}

describe('jwt-attacks.jsonl in the emulator', () => suite(inEmulator));
describeNjs('jwt-attacks.jsonl under njs', () => suite(inNjs));
