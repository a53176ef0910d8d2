/** The recipe for Lambda@Edge: one CommonJS file with everything in it, since functions there take no layers. */
import { basename, relative } from 'node:path';
import type { BuildOptions } from 'esbuild';
import type { EdgeConfig } from '../shared/config.ts';
import { bundle, refuse, refuseOversize } from './bundle.ts';
import { defines } from './defines.ts';
import { type MappedCode, sourceMap } from './source-map.ts';

/**
 * What we allow a function, uncompressed. CloudFront takes 50 MB zipped; but every viewer request may
 * meet a cold start, and a bundle of this size is a dependency that was meant for servers.
 */
export const LAMBDA_EDGE_QUOTA_BYTES = 1_048_576;

/**
 * What decides the bytes of a bundle. The configuration of serverless-esbuild takes the same options,
 * so that the packaged zips hold what the emulator runs.
 */
export function lambdaEdgeOptions(config: EdgeConfig): BuildOptions {
  return {
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    treeShaking: true,
    charset: 'utf8',
    legalComments: 'none',
    sourcemap: false,
    define: defines(config, 'lambda-edge'),
  };
}

/** The module that is deployed for an entry file, as `bundledLambdaEdge` makes it. */
export async function buildLambdaEdge(entry: string, config: EdgeConfig): Promise<string> {
  return (await bundledLambdaEdge(entry, config)).code;
}

/**
 * The module that is deployed for an entry file, with the settings inlined.
 *
 * @throws {ERR_BUILD_FAILED} with a line for everything that esbuild objects to, warnings too.
 * @throws {ERR_BUNDLE_TOO_LARGE} when the module is over `LAMBDA_EDGE_QUOTA_BYTES`.
 */
export async function bundledLambdaEdge(entry: string, config: EdgeConfig): Promise<MappedCode> {
  const path = relative(process.cwd(), entry).replaceAll('\\', '/');
  const mapped = { sourcemap: 'external', sourcesContent: false } as const;
  const { code, map, problems } = await bundle(path, { ...lambdaEdgeOptions(config), ...mapped });
  refuse(problems);
  if (!exportsHandler(code)) {
    const text = 'expected a Lambda handler, got no export of that name; write export async function handler(event)';
    refuse([{ file: path, line: 1, column: 1, text }]);
  }
  refuseOversize(`dist/lambda-edge/${basename(entry, '.ts')}.js`, code, LAMBDA_EDGE_QUOTA_BYTES);
  return { code, map: sourceMap(map) };
}

/** For Node.js to see them, esbuild ends a CommonJS module with its exports: `0&&(module.exports={handler});`. */
function exportsHandler(code: string): boolean {
  const names = /module\.exports=\{([^{}]*)\}\);\s*$/.exec(code)?.[1] ?? '';
  return names.split(',').includes('handler');
}
