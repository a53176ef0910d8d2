/** What is deployed: one bundle for each entry file in `functions/`, written to `dist/`. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { EdgeError } from '../config/errors.ts';
import { CLOUDFRONT_FUNCTION_QUOTA_BYTES } from '../config/quotas.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { bundledCloudFrontFunction } from './cloudfront-function.ts';
import type { Runtime } from './defines.ts';
import { bundledLambdaEdge, LAMBDA_EDGE_QUOTA_BYTES } from './lambda-edge.ts';
import { type MappedCode, mapFile } from './source-map.ts';

/** A file that was written, and how much its runtime takes. */
export interface BuiltFunction {
  /** Relative to the root, `dist/cloudfront/viewer-request.js`. */
  readonly file: string;
  readonly runtime: 'cloudfront-function' | 'lambda-edge';
  readonly bytes: number;
  readonly quotaBytes: number;
}

export interface BuildFunctionsOptions {
  /** The folder that holds `functions/`. */
  readonly root: string;
  readonly config: EdgeConfig;
  /** Relative to the root, usually `dist`. Its folders `cloudfront` and `lambda-edge` belong to the build. */
  readonly outFolder: string;
  /** What is known of a bundle before it is built, by its path in the folder; null: build it. Default: all are built. */
  known?(file: string, runtime: Runtime): Promise<MappedCode> | null;
  /** Whether the sources are as they were when all of them were built, with other settings. Default: they are not. */
  readonly areSourcesJudged?: boolean;
}

const RUNTIMES = [
  {
    folder: 'cloudfront',
    runtime: 'cloudfront-function',
    quotaBytes: CLOUDFRONT_FUNCTION_QUOTA_BYTES,
    build: bundledCloudFrontFunction,
  },
  { folder: 'lambda-edge', runtime: 'lambda-edge', quotaBytes: LAMBDA_EDGE_QUOTA_BYTES, build: bundledLambdaEdge },
] as const;

/**
 * Builds every entry file and writes what is deployed, byte for byte, each with its source map beside it. Nothing is
 * written, and nothing removed, unless all of them build. Bundles that no longer have an entry file are removed.
 *
 * @throws {ERR_BUILD_FAILED} and {ERR_BUNDLE_TOO_LARGE}, of the first entry file that does not build.
 * @throws {ERR_FILE_MISSING} when there is no entry file at all.
 */
export async function buildFunctions({
  root,
  config,
  outFolder,
  known,
  areSourcesJudged,
}: BuildFunctionsOptions): Promise<BuiltFunction[]> {
  const entries = (await Promise.all(RUNTIMES.map((runtime) => entriesOf(root, runtime)))).flat();
  if (entries.length === 0) {
    throw new EdgeError('ERR_FILE_MISSING', 'functions: expected cloudfront/*.ts or lambda-edge/*.ts, got no file');
  }
  const results = await Promise.allSettled(
    entries.map(
      ({ source, build, folder, output, runtime }) =>
        known?.(`${folder}/${output}`, runtime) ?? build(source, config, areSourcesJudged),
    ),
  );
  const bundles = results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });

  const out = resolve(root, outFolder);
  for (const { folder } of RUNTIMES) await removeOthers(join(out, folder), entries);
  await writeFile(join(out, 'package.json'), '{"type":"commonjs"}\n');
  return Promise.all(
    entries.map(async ({ folder, output, runtime, quotaBytes }, index) => {
      const path = join(out, folder, output);
      const { code, map } = bundles[index] as MappedCode;
      await writeFile(path, code);
      await writeFile(`${path}.map`, mapFile(map, join(out, folder)));
      const file = relative(root, path).replaceAll('\\', '/');
      return { file, runtime, bytes: Buffer.byteLength(code), quotaBytes };
    }),
  );
}

async function entriesOf(root: string, runtime: (typeof RUNTIMES)[number]) {
  const folder = join(root, 'functions', runtime.folder);
  const names = await readdir(folder).catch(noFolder);
  return names
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .sort()
    .map((name) => ({ ...runtime, source: join(folder, name), output: `${basename(name, '.ts')}.js` }));
}

/** Makes the folder, empty of everything that has no entry file. */
async function removeOthers(folder: string, entries: readonly { folder: string; output: string }[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const outputs = entries
    .filter((entry) => entry.folder === basename(folder))
    .flatMap(({ output }) => [output, `${output}.map`]);
  const others = (await readdir(folder)).filter((name) => !outputs.includes(name));
  await Promise.all(others.map((name) => rm(join(folder, name), { recursive: true })));
}

function noFolder(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
