import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildCloudFrontFunction } from '../../build/cloudfront-function.ts';
import { buildFunctions } from '../../build/functions.ts';
import { buildLambdaEdge } from '../../build/lambda-edge.ts';
import { config as settings } from '../support/settings.ts';
import { writeSources } from './sources.ts';

const config = settings();

const HANDLER = 'export function handler(event: any) { return event.request; }\n';
const ENTRIES = {
  'functions/cloudfront/viewer-request.ts': HANDLER,
  'functions/cloudfront/runtime.d.ts': "declare module 'cloudfront';\n",
  'functions/lambda-edge/origin-response.ts': HANDLER,
  'functions/lambda-edge/origin-request.ts': HANDLER,
  'functions/scheduled/health.ts': HANDLER,
};

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

describe('the functions that are deployed', () => {
  test('are the entry files of both runtimes, each with its size and its quota', async () => {
    const root = writeSources(ENTRIES);
    const built = await buildFunctions({ root, config, outFolder: 'dist' });
    const bytes = (file: string) => statSync(join(root, file)).size;
    expect(built).toEqual(
      [
        { file: 'dist/cloudfront/viewer-request.js', runtime: 'cloudfront-function', quotaBytes: 10_240 },
        { file: 'dist/lambda-edge/origin-request.js', runtime: 'lambda-edge', quotaBytes: 1_048_576 },
        { file: 'dist/lambda-edge/origin-response.js', runtime: 'lambda-edge', quotaBytes: 1_048_576 },
      ].map((entry) => ({ ...entry, bytes: bytes(entry.file) })),
    );
  });

  test('are written as they are built, with their source maps, and nothing else is', async () => {
    const root = writeSources(ENTRIES);
    await buildFunctions({ root, config, outFolder: 'dist' });
    expect(filesIn(join(root, 'dist'))).toEqual([
      'cloudfront/viewer-request.js',
      'cloudfront/viewer-request.js.map',
      'lambda-edge/origin-request.js',
      'lambda-edge/origin-request.js.map',
      'lambda-edge/origin-response.js',
      'lambda-edge/origin-response.js.map',
      'package.json',
    ]);
    const read = (file: string) => readFileSync(join(root, file), 'utf8');
    const source = (file: string) => join(root, 'functions', file);
    expect(JSON.parse(read('dist/package.json'))).toEqual({ type: 'commonjs' });
    expect(read('dist/cloudfront/viewer-request.js')).toBe(
      await buildCloudFrontFunction(source('cloudfront/viewer-request.ts'), config),
    );
    expect(read('dist/lambda-edge/origin-request.js')).toBe(
      await buildLambdaEdge(source('lambda-edge/origin-request.ts'), config),
    );
  });

  test('replace bundles whose entry file is gone; other files in the output folder stay', async () => {
    const root = writeSources({
      ...ENTRIES,
      'dist/cloudfront/viewer-response.js': 'old',
      'dist/cloudfront/viewer-request.js': 'old',
      'dist/lambda-edge/old/index.js': 'old',
      'dist/emulator/main.js': 'other',
    });
    await buildFunctions({ root, config, outFolder: join(root, 'dist') });
    expect(filesIn(join(root, 'dist'))).toEqual([
      'cloudfront/viewer-request.js',
      'cloudfront/viewer-request.js.map',
      'emulator/main.js',
      'lambda-edge/origin-request.js',
      'lambda-edge/origin-request.js.map',
      'lambda-edge/origin-response.js',
      'lambda-edge/origin-response.js.map',
      'package.json',
    ]);
    expect(readFileSync(join(root, 'dist/cloudfront/viewer-request.js'), 'utf8')).toContain('function handler');
  });

  test('stay as they were when one of them does not build', async () => {
    const root = writeSources({
      ...ENTRIES,
      'functions/lambda-edge/viewer-request.ts': 'export const nothing = 1;\n',
      'dist/cloudfront/old.js': 'old',
    });
    await expect(buildFunctions({ root, config, outFolder: 'dist' })).rejects.toMatchObject({
      code: 'ERR_BUILD_FAILED',
      message: expect.stringContaining('functions/lambda-edge/viewer-request.ts:1:1: '),
    });
    expect(filesIn(join(root, 'dist'))).toEqual(['cloudfront/old.js']);
  });

  test.each([
    { name: 'CloudFront Functions alone', files: { 'functions/cloudfront/viewer-request.ts': HANDLER } },
    { name: 'Lambda@Edge alone', files: { 'functions/lambda-edge/viewer-request.ts': HANDLER } },
  ])('may be $name', async ({ files }) => {
    expect(await buildFunctions({ root: writeSources(files), config, outFolder: 'dist' })).toHaveLength(1);
  });

  test('have to exist', async () => {
    const root = writeSources({ 'functions/scheduled/health.ts': HANDLER });
    await expect(buildFunctions({ root, config, outFolder: 'dist' })).rejects.toMatchObject({
      code: 'ERR_FILE_MISSING',
    });
    expect(existsSync(join(root, 'dist'))).toBe(false);
  });
});
