import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { buildLambdaEdge, lambdaEdgeOptions } from '../../build/lambda-edge.ts';
import { config as settings } from '../support/settings.ts';
import { writeEntry, writeSources } from './sources.ts';

const config = settings();

const HANDLER = `
  import { createHash } from 'node:crypto';
  declare const EDGE_CONFIG: any;
  export async function handler(event: any) {
    const { uri } = event;
    return { uri, regions: EDGE_CONFIG.regions.length, hash: createHash('sha256').update('').digest('hex').slice(0, 8) };
  }`;

async function refusalOf(entry: string): Promise<{ code: string; message: string }> {
  return buildLambdaEdge(entry, config).then(
    () => expect.fail('the build was expected to fail'),
    (error) => ({ code: error.code, message: error.message }),
  );
}

describe('a Lambda@Edge bundle', () => {
  test('is CommonJS, exports the handler and has the settings in it', async () => {
    const folder = writeSources({ 'package.json': '{"type":"commonjs"}', 'origin-request.ts': HANDLER });
    const code = await buildLambdaEdge(join(folder, 'origin-request.ts'), config);
    const path = join(writeSources({ 'bundle.cjs': code }), 'bundle.cjs');
    const { handler } = createRequire(import.meta.url)(path);
    expect(await handler({ uri: '/a' })).toEqual({ uri: '/a', regions: 2, hash: 'e3b0c442' });
  });

  test('is what esbuild makes of the same options elsewhere, as serverless-esbuild does', async () => {
    const folder = writeSources({ 'functions/lambda-edge/viewer-request.ts': HANDLER });
    const { outputFiles } = await build({
      ...lambdaEdgeOptions(config),
      absWorkingDir: folder,
      entryPoints: ['functions/lambda-edge/viewer-request.ts'],
      outdir: '.esbuild/.build',
      outbase: '.',
      write: false,
    });
    expect(outputFiles?.map(({ text }) => text)).toEqual([await buildLambdaEdge(writeEntry(HANDLER), config)]);
  });

  test('has no source map and no licence comments', async () => {
    const code = await buildLambdaEdge(writeEntry(`/*! @license */\n${HANDLER}`), config);
    expect(code).not.toMatch(/sourceMappingURL|@license/);
  });

  test.each([
    {
      name: 'a module that does not exist',
      source: "\nimport 'left-pad-missing';\n",
      line: 2,
      text: 'Could not resolve "left-pad-missing"',
    },
    {
      name: 'a warning',
      source: '\nexport const handler = (a: any) => a === -0;\n',
      line: 2,
      text: 'Comparison with -0',
    },
    {
      name: 'a type error that esbuild sees',
      source: '\nconst a = 1;\nexport const handler = () => { a = 2; };\n',
      line: 3,
      text: 'Cannot assign to "a"',
    },
    {
      name: 'no export',
      source: 'console.log(1);\n',
      line: 1,
      text: 'got no export of that name; write export async function handler(event)',
    },
    {
      name: 'an export of another name',
      source: 'export const myhandler = 1;\n',
      line: 1,
      text: 'got no export of that name',
    },
  ])('$name is refused with file and line', async ({ source, line, text }) => {
    const { code, message } = await refusalOf(writeEntry(source));
    expect(code).toBe('ERR_BUILD_FAILED');
    expect(message).toMatch(new RegExp(`viewer-request\\.ts:${line}:\\d+: `));
    expect(message).toContain(text);
  });

  test.each([
    { bytes: 1_048_576, outcome: 'built' },
    { bytes: 1_048_577, outcome: 'ERR_BUNDLE_TOO_LARGE' },
  ])('of $bytes bytes: $outcome', async ({ bytes, outcome }) => {
    const source = (length: number) => `export function handler() { return '${'a'.repeat(length)}'; }`;
    const around = Buffer.byteLength(await buildLambdaEdge(writeEntry(source(1)), config)) - 1;
    const result = await buildLambdaEdge(writeEntry(source(bytes - around)), config).then(
      () => 'built',
      (error) => `${error.code} ${error.message}`,
    );
    const message = 'dist/lambda-edge/viewer-request.js: expected at most 1048576 bytes, got 1048577';
    expect(result).toBe(outcome === 'built' ? outcome : `${outcome} ${message}`);
  });
});
