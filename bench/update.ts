/**
 * Live editing: from writing a file of a service that is being served to the whole answer of the next request, which
 * waits for the update. The service is a copy, with all its functions; the request runs its CloudFront Function.
 */
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { editedDistribution } from '../cli/live/edited-distribution.ts';
import { liveEditing, type Update } from '../cli/live/live-editing.ts';
import { startEdge } from '../emulator/edge.ts';
import { formatBudget, formatSpread, spreadOf } from './spread.ts';
import { printTable } from './table.ts';
import { type Amount, inTurns } from './turns.ts';

const BUDGET_SECONDS = 0.3;

const COPIED = [
  'build',
  'config',
  'deploy',
  'functions',
  'keys',
  'package.json',
  'serverless.yml',
  'shared',
  'signing',
];

const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });

/** Each makes other code, or another template, of one text and of the other. */
const CHANGES = [
  {
    what: 'source of the CloudFront Function',
    file: 'functions/cloudfront/viewer-request.ts',
    texts: ["= ['HS256'];", "= ['HS256', 'HS256'];"],
  },
  {
    what: 'source of a Lambda@Edge function',
    file: 'functions/lambda-edge/viewer-request.ts',
    texts: ["return refuse('path', viewer", "return refuse('no-section', viewer"],
  },
  {
    what: 'source that two functions share',
    file: 'shared/access/refusal.ts',
    texts: ["=== 'path') return 400", "=== 'path') return 410"],
  },
  { what: 'keys of a section', file: 'keys/members.jwks.json', texts: ['[]', `[${JSON.stringify(KEY)}]`] },
  { what: 'setting of Lambda@Edge', file: 'serverless.yml', texts: ['maxAgeSeconds: 60', 'maxAgeSeconds: 61'] },
  { what: 'setting of both runtimes', file: 'serverless.yml', texts: ['revocation: true', 'revocation: false'] },
  {
    what: 'template that it includes',
    file: 'deploy/distribution.yml',
    texts: ['AccessControlMaxAgeSec: 63072000', 'AccessControlMaxAgeSec: 63072001'],
  },
];

export async function benchUpdate({ rounds = 9 }: Amount): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'edgekeeper-bench-'));
  for (const entry of COPIED) cpSync(entry, join(root, entry), { recursive: true });
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'), 'junction');
  const options = { parameter: [], resource: [] };
  const edited = editedDistribution(root, options, {}, join(root, 'dist'));
  const { source, bundles } = await edited.version(null);
  const edge = await startEdge({ ...source, bundles });
  const updates: Update[] = [];
  const changes = async (changed: readonly string[]) => {
    const next = await edited.version(changed);
    return { ...next.source, bundles: next.bundles };
  };
  const editing = liveEditing(edge, { sources: edited.sources, changes }, (update) => updates.push(update));
  try {
    const measured = await inTurns('update', CHANGES, rounds, async ({ file, texts: [one = '', other = ''] }) => {
      const path = join(root, file);
      const before = readFileSync(path, 'utf8');
      const text = before.includes(other) ? before.replace(other, one) : before.replace(one, other);
      if (text === before) throw new Error(`${file}: expected ${one}`);
      const done = updates.length;
      const began = performance.now();
      writeFileSync(path, text);
      await (await fetch(`${edge.url}/private/film.mp4`)).text();
      const seconds = (performance.now() - began) / 1000;
      if (updates.length === done || updates.at(-1)?.error !== null) throw new Error(`${file}: expected an update`);
      return seconds;
    });
    printTable(
      'Live editing, seconds from writing a file to the next answer',
      ['what changes', 'median (quartiles)', `budget ${BUDGET_SECONDS}`],
      CHANGES.map((change) => {
        const spread = spreadOf(measured.get(change) ?? []);
        return [change.what, formatSpread(spread, 2), formatBudget(spread, BUDGET_SECONDS)];
      }),
    );
  } finally {
    editing.close();
    await edge.close();
    await edited.close();
    rmSync(root, { recursive: true });
  }
}
