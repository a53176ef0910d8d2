/**
 * The shipped viewer request function under njs: time and memory a call. What is let in is compared with
 * the least that verifies the same token, and with one HMAC of the same bytes; what is refused, with what
 * is let in, since refusing must not cost more than admitting.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCloudFrontFunction } from '../build/cloudfront-function.ts';
import { EdgeError } from '../config/errors.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { admittedKinds, CONFIGS, FULL_CONFIG, type Kind, refusedKinds } from './function-kinds.ts';
import { type Measured, measureUnderNjs, njsAvailable } from './njs.ts';
import { formatBudget, formatSpread, ratioSpread, type Spread, spreadOf } from './spread.ts';
import { printTable } from './table.ts';
import { type Amount, inTurns } from './turns.ts';

const ALLOW_BUDGET = 1.5;
const REFUSE_BUDGET = 1;
const REVOKED_BUDGET = 1.3;

/** A kind of request, and the script that it is sent to. */
interface Contender extends Kind {
  readonly script: string;
}

type Results = ReadonlyMap<Contender, readonly Measured[]>;

export async function benchFunction({ rounds = 9, calls = 400 }: Amount): Promise<void> {
  process.stdout.write(`\nviewer-request.js with every feature: ${await fullSize()} (budget 6144, quota 10240)\n`);
  if (!njsAvailable()) {
    process.stderr.write('bench: expected the njs command, got none; apt-get install njs\n');
    process.exitCode = 1;
    return;
  }
  const scripts = { tokens: await ours(CONFIGS.tokens), pages: await ours(CONFIGS.pages) };
  const contender = (kind: Kind): Contender => ({ ...kind, script: scripts[kind.config] });
  const [first, ...others] = await admittedKinds();
  const allow = contender(first);
  const minimal = { ...allow, name: 'the least that verifies it', script: await peer('hs256-minimal') };
  const floor = { ...allow, name: 'one HMAC of the same bytes', script: await peer('hs256-floor') };
  const refused = (await refusedKinds()).map(contender);

  const admitted = [floor, minimal, allow, ...others.map(contender)];
  const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-bench-'));
  try {
    const measured = await inTurns('function', [...admitted, ...refused], rounds, (each) =>
      measure(folder, each, calls),
    );
    const extent = `under njs; median (middle half) of ${rounds} rounds of ${calls} calls`;
    printTable(
      `CloudFront Function, admitted, ${extent}`,
      ['request', ...FIGURES, 'ratio to the least', 'budget', 'ratio to the HMAC'],
      admitted.map((kind) => {
        const ratio = ratioOf(measured, kind, minimal);
        const budget = formatBudget(ratio, kind === allow ? ALLOW_BUDGET : undefined);
        return [
          kind.name,
          ...figures(measured, kind),
          formatSpread(ratio, 2),
          budget,
          formatSpread(ratioOf(measured, kind, floor), 1),
        ];
      }),
    );
    printTable(
      `CloudFront Function, refused, ${extent}`,
      ['request', 'answer', ...FIGURES, 'ratio to "allow"', 'budget', 'ratio to its like'],
      refused.map((kind) => {
        const ratio = ratioOf(measured, kind, allow);
        const budget = formatBudget(ratio, kind.answer === '403 revoked' ? REVOKED_BUDGET : REFUSE_BUDGET);
        const like = admitted.find(({ name }) => name === kind.like);
        const toLike = like === undefined ? '' : `${formatSpread(ratioOf(measured, kind, like), 2)} ${like.name}`;
        return [kind.name, kind.answer, ...figures(measured, kind), formatSpread(ratio, 2), budget, toLike];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ours(config: EdgeConfig): Promise<string> {
  return buildCloudFrontFunction('functions/cloudfront/viewer-request.ts', config);
}

/** What the build says where the function is too large for CloudFront. */
async function fullSize(): Promise<string> {
  try {
    return `${Buffer.byteLength(await ours(FULL_CONFIG))} bytes`;
  } catch (error) {
    if (error instanceof EdgeError && error.code === 'ERR_BUNDLE_TOO_LARGE') return error.message;
    throw error;
  }
}

function peer(name: string): Promise<string> {
  return buildCloudFrontFunction(`bench/peers/${name}.js`, CONFIGS.tokens);
}

/** @throws when the function does not answer what the kind is named after: then the figure is of something else. */
function measure(folder: string, { name, script, answer, ...call }: Contender, calls: number): Measured {
  const measured = measureUnderNjs(folder, script, call, calls);
  if (measured.answer !== answer) throw new Error(`${name}: expected ${answer}, got ${measured.answer}`);
  return measured;
}

const FIGURES = ['KB (budget 40)', 'µs a call'];

function figures(measured: Results, kind: Contender): string[] {
  const kilobytes = (measured.get(kind) ?? []).map((each) => each.kilobytes);
  return [spreadOf(kilobytes).median.toFixed(1), formatSpread(spreadOf(microsOf(measured, kind)), 1)];
}

function ratioOf(measured: Results, kind: Contender, base: Contender): Spread {
  return ratioSpread(microsOf(measured, kind), microsOf(measured, base));
}

function microsOf(measured: Results, kind: Contender): number[] {
  return (measured.get(kind) ?? []).map(({ micros }) => micros);
}
