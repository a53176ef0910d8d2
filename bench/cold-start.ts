/**
 * Bytes and cold start of the Lambda@Edge viewer request function, beside the least handler that checks
 * the same token with jose alone, aws-jwt-verify or jsonwebtoken, built by the same recipe. A cold start is
 * a process of its own: the bundle is loaded, and one RS256 token verified.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { buildLambdaEdge } from '../build/lambda-edge.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { members } from './members.ts';
import { formatBudget, formatSpread, ratioSpread, spreadOf } from './spread.ts';
import { printTable } from './table.ts';
import { type Amount, inTurns } from './turns.ts';

const BUDGET = 1.15;

const OURS = 'functions/lambda-edge/viewer-request.ts';

/** Milliseconds from before the bundle is loaded to the answer, and those of the whole process. */
interface ColdStart {
  readonly handler: number;
  readonly process: number;
}

/** Each call is a process, so that `calls` says nothing here. */
export async function benchColdStart({ rounds = 25 }: Amount): Promise<void> {
  const { config, shown } = await members();
  const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-bench-'));
  try {
    const event = join(folder, 'event.json');
    writeFileSync(event, JSON.stringify(shown.find(({ name }) => name === 'RS256')?.event));
    const bundles = await Promise.all(
      [
        { name: 'jose alone', source: 'bench/peers/jose.ts', config: tokensOnly(config) },
        { name: 'aws-jwt-verify', source: 'bench/peers/aws-jwt-verify.ts', config: tokensOnly(config) },
        { name: 'jsonwebtoken', source: 'bench/peers/jsonwebtoken.ts', config: tokensOnly(config) },
        { name: 'ours', source: OURS, config: tokensOnly(config), budget: BUDGET },
        { name: 'ours, with keys of signed cookies', source: OURS, config },
      ].map(async ({ source, config, ...bundle }, index) => {
        const code = await buildLambdaEdge(source, config);
        const path = join(folder, `${index}.cjs`);
        writeFileSync(path, code);
        return { budget: undefined, ...bundle, path, bytes: Buffer.byteLength(code) };
      }),
    );
    const measured = await inTurns('cold start', bundles, rounds, (bundle) => coldStart(bundle, event));
    const jose = bundles[0];
    const timesOf = (bundle: typeof jose, which: keyof ColdStart) =>
      (bundle === undefined ? [] : (measured.get(bundle) ?? [])).map((each) => each[which]);
    const rows = bundles.map((bundle) => {
      const ratio = ratioSpread(timesOf(bundle, 'handler'), timesOf(jose, 'handler'));
      return [
        bundle.name,
        String(bundle.bytes),
        (bundle.bytes / (jose?.bytes ?? Number.NaN)).toFixed(2),
        formatSpread(spreadOf(timesOf(bundle, 'handler')), 1),
        formatSpread(ratio, 2),
        formatBudget(ratio, bundle.budget),
        formatSpread(spreadOf(timesOf(bundle, 'process')), 0),
      ];
    });
    printTable(
      `Lambda@Edge, cold start with an RS256 token; median (middle half) of ${rounds} processes each`,
      ['handler', 'bytes', 'ratio', 'ms, load and verify', 'ratio to jose alone', 'budget', 'ms, whole process'],
      rows,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the others can check too: the keys of CloudFront's signed cookies are not read at the start. */
function tokensOnly(config: EdgeConfig): EdgeConfig {
  const keys = Object.entries(config.sectionKeys).map(([path, each]) => [path, { ...each, publicKeys: {} }]);
  return {
    ...config,
    protected: config.protected.map((section) => ({ ...section, carriers: ['cookie'] })),
    sectionKeys: Object.fromEntries(keys),
  };
}

/** @throws when the token is not let in: then the figure would be of something else. */
function coldStart({ name, path }: { readonly name: string; readonly path: string }, event: string): ColdStart {
  const start = performance.now();
  const output = execFileSync(process.execPath, ['bench/cold-start-process.cjs', path, event], { encoding: 'utf8' });
  const { milliseconds, isAdmitted } = JSON.parse(output);
  if (!isAdmitted) throw new Error(`${name}: expected the token to be let in, got a refusal`);
  return { handler: milliseconds, process: performance.now() - start };
}
