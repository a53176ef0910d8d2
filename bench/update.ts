/**
 * Live editing: from writing a file of a service that is being served to the whole answer of the next request, which
 * waits for the update. The service is a copy, with all its functions; the request runs one that the change is of.
 */
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { editedDistribution } from '../cli/live/edited-distribution.ts';
import { liveEditing, type Update } from '../cli/live/live-editing.ts';
import { startEdge } from '../emulator/edge.ts';
import { formatBudget, formatSpread, spreadOf } from './spread.ts';
import { printTable } from './table.ts';
import { type Amount, inTurns } from './turns.ts';

const BUDGET_SECONDS = 0.3;

/** Between two changes, as between two saves of an editor at the least. */
const PAUSE_MS = 1_000;

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

const BY_CLOUDFRONT_FUNCTION = '/private/film.mp4';
const BY_LAMBDA_EDGE = '/members/film.mp4';

const KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });

/** Each makes other code, or another template, of one text and of the other. */
const CHANGES = [
  {
    what: 'source of the CloudFront Function',
    asked: BY_CLOUDFRONT_FUNCTION,
    file: 'functions/cloudfront/viewer-request.ts',
    texts: ["= ['HS256'];", "= ['HS256', 'HS256'];"],
  },
  {
    what: 'source of a Lambda@Edge function',
    asked: BY_LAMBDA_EDGE,
    file: 'functions/lambda-edge/viewer-request.ts',
    texts: ["return refuse('path', viewer", "return refuse('no-section', viewer"],
  },
  {
    what: 'source that two functions share',
    asked: BY_CLOUDFRONT_FUNCTION,
    file: 'shared/access/refusal.ts',
    texts: ["=== 'path') return 400", "=== 'path') return 410"],
  },
  {
    what: 'keys of a section',
    asked: BY_LAMBDA_EDGE,
    file: 'keys/members.jwks.json',
    texts: ['[]', `[${JSON.stringify(KEY)}]`],
  },
  {
    what: 'setting of the CloudFront Function',
    asked: BY_CLOUDFRONT_FUNCTION,
    file: 'serverless.yml',
    texts: ['revocation: true', 'revocation: false'],
  },
  {
    what: 'setting of Lambda@Edge',
    asked: BY_LAMBDA_EDGE,
    file: 'serverless.yml',
    texts: ['maxAgeSeconds: 60', 'maxAgeSeconds: 61'],
  },
  {
    what: 'setting of both runtimes',
    asked: BY_CLOUDFRONT_FUNCTION,
    file: 'serverless.yml',
    texts: ['name: edgekeeper-member', 'name: edgekeeper-reader'],
  },
  {
    what: 'another, asked of Lambda@Edge',
    asked: BY_LAMBDA_EDGE,
    file: 'serverless.yml',
    texts: ['hosts: [www.example.com]', 'hosts: [ww2.example.com]'],
  },
  {
    what: 'template that it includes',
    asked: BY_CLOUDFRONT_FUNCTION,
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
    const measured = await inTurns(
      'update',
      CHANGES,
      rounds,
      async ({ file, asked, texts: [one = '', other = ''] }) => {
        await setTimeout(PAUSE_MS);
        const path = join(root, file);
        const before = readFileSync(path, 'utf8');
        const text = before.includes(other) ? before.replace(other, one) : before.replace(one, other);
        if (text === before) throw new Error(`${file}: expected ${one}`);
        const done = updates.length;
        const began = performance.now();
        writeFileSync(path, text);
        await (await fetch(`${edge.url}${asked}`)).text();
        const seconds = (performance.now() - began) / 1000;
        if (updates.length === done || updates.at(-1)?.error !== null) throw new Error(`${file}: expected an update`);
        return seconds;
      },
    );
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
