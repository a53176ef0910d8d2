/**
 * What the Lambda@Edge viewer request function spends on a check, warm, beside bare `crypto.verify`, bare
 * jose, aws-jwt-verify and jsonwebtoken: in turns, in one process.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, refuse } from '../build/bundle.ts';
import { buildLambdaEdge, lambdaEdgeOptions } from '../build/lambda-edge.ts';
import type { Micros, Task } from './lambda-edge-process.ts';
import { members } from './members.ts';
import { formatBudget, formatSpread, ratioSpread, spreadOf } from './spread.ts';
import { printTable } from './table.ts';
import type { Amount } from './turns.ts';
import { CRYPTO, JOSE, OURS } from './ways.ts';

const TOKEN_BUDGET = 1.15;
const COOKIES_BUDGET = 1.3;

export async function benchLambdaEdge({ rounds = 40, calls = 30 }: Amount): Promise<void> {
  const { config, shown } = await members();
  const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-bench-'));
  try {
    const path = join(folder, 'viewer-request.cjs');
    writeFileSync(path, await buildLambdaEdge('functions/lambda-edge/viewer-request.ts', config));
    const { code, problems } = await bundle('bench/lambda-edge-process.ts', lambdaEdgeOptions(config));
    refuse(problems);
    writeFileSync(join(folder, 'process.cjs'), code);
    const task: Task = { bundle: path, shown, rounds, calls };
    writeFileSync(join(folder, 'task.json'), JSON.stringify(task));
    const output = execFileSync(process.execPath, [join(folder, 'process.cjs'), join(folder, 'task.json')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    print(JSON.parse(output), `median (middle half) of ${rounds} rounds of ${calls} calls`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(micros: Micros, extent: string): void {
  for (const [shown, byContender] of Object.entries(micros)) {
    const isToken = JOSE in byContender;
    const base = isToken ? JOSE : CRYPTO;
    const ratios = (name: string, to: string) => ratioSpread(byContender[name] ?? [], byContender[to] ?? []);
    const rows = Object.entries(byContender).map(([name, times]) => {
      const budget = OURS.some((ours) => ours === name) ? (isToken ? TOKEN_BUDGET : COOKIES_BUDGET) : undefined;
      return [
        name,
        formatSpread(spreadOf(times), 1),
        formatSpread(ratios(name, CRYPTO), 2),
        ...(isToken ? [formatSpread(ratios(name, JOSE), 2)] : []),
        formatBudget(ratios(name, base), budget),
      ];
    });
    const head = ['check', 'µs a call', 'ratio to crypto.verify', ...(isToken ? ['ratio to jose'] : []), 'budget'];
    printTable(`Lambda@Edge, ${shown}, warm; ${extent}`, head, rows);
  }
}
