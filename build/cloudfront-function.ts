/**
 * The recipe for CloudFront Functions, runtime cloudfront-js-2.0.
 *
 * Every entry is bundled twice. The first bundle leaves the syntax as it was written, and names
 * readable, so that the gate has one list of advice for everything, spread, classes and for-of too:
 * for the deployed target esbuild would refuse some of it in its own words and rewrite the rest by
 * helpers of a kilobyte. The second bundle is what is deployed, minified for that target; the gate
 * reads it as the bare script.
 */
import { isBuiltin } from 'node:module';
import { basename, relative } from 'node:path';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import type { Program } from 'acorn';
import type { BuildOptions, Plugin } from 'esbuild';
import { CLOUDFRONT_FUNCTION_QUOTA_BYTES } from '../config/quotas.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { withArrowFunctions } from './arrow-functions.ts';
import { type Bundle, buildFailed, bundle, type Problem, refuse, refuseOversize } from './bundle.ts';
import { defines } from './defines.ts';
import { type Advice, INSTEAD_OF_GLOBAL, MODULES } from './gate/runtime-2.0.ts';
import { type Finding, findingsIn, gate, parseModule } from './gate.ts';
import { withInlinedConstants } from './inlined-constants.ts';
import { exportFindings, scriptOf, scriptText } from './script.ts';
import { SHORT_NAMES, shortened } from './short-names.ts';
import { type MappedCode, scriptMap } from './source-map.ts';

/** Keeps in the first bundle what esbuild would resolve away or replace by a helper. */
const asWritten: Plugin = {
  name: 'as-written',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ kind, path }) => {
      if (kind === 'require-call') {
        const advice = { found: 'require', instead: `${INSTEAD_OF_GLOBAL.require}` };
        return { path, external: true, warnings: [{ text: sentence(advice) }] };
      }
      return kind === 'dynamic-import' || isBuiltin(path) ? { path, external: true } : undefined;
    });
  },
};

const MODULE: BuildOptions = {
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['cloudfront', 'import'],
  external: [...MODULES],
  treeShaking: true,
  charset: 'ascii',
  legalComments: 'none',
  drop: ['debugger'],
  sourcemap: 'external',
  sourcesContent: false,
};

const WRITTEN: BuildOptions = { ...MODULE, target: 'esnext', plugins: [asWritten] };

const DEPLOYED: BuildOptions = {
  ...MODULE,
  minify: true,
  target: 'es5',
  supported: {
    arrow: true,
    'async-await': true,
    'const-and-let': true,
    'exponent-operator': true,
    'object-accessors': true,
    'regexp-named-capture-groups': true,
    'regexp-sticky-and-unicode-flags': true,
    'template-literal': true,
    // Means spread arguments too, which the engine cannot parse: the gate has refused those.
    'rest-argument': true,
  },
};

/** Of a function that reads our settings, which are then written with the same names. */
function shortening(define: Record<string, string>): BuildOptions {
  const shortDefine = Object.entries(define).map(([name, json]) => [name, JSON.stringify(shortened(JSON.parse(json)))]);
  return {
    ...DEPLOYED,
    define: Object.fromEntries(shortDefine),
    mangleProps: new RegExp(`^(?:${Object.keys(SHORT_NAMES).join('|')})$`),
    mangleCache: { ...SHORT_NAMES },
  };
}

/** The script that is deployed for an entry file, as `bundledCloudFrontFunction` makes it. */
export async function buildCloudFrontFunction(entry: string, config: EdgeConfig): Promise<string> {
  return (await bundledCloudFrontFunction(entry, config)).code;
}

/**
 * The script that is deployed for an entry file, with the settings inlined.
 *
 * @param areSourcesJudged whether the same sources were built before, with other settings: the gate reads no more than
 * what is deployed then
 * @throws {ERR_BUILD_FAILED} with a line for everything that the runtime lacks, and what to write instead.
 * @throws {ERR_BUNDLE_TOO_LARGE} when the script is over the quota, which cannot be raised.
 */
export async function bundledCloudFrontFunction(
  entry: string,
  config: EdgeConfig,
  areSourcesJudged = false,
): Promise<MappedCode> {
  const path = relative(process.cwd(), entry).replaceAll('\\', '/');
  const file = `dist/cloudfront/${basename(entry, '.ts')}.js`;
  const define = defines(config, 'cloudfront-function');
  const { shipped, isOurs } = areSourcesJudged
    ? await shippedAlone(path, define)
    : await shippedAsWritten(path, define, file);
  refuse(shipped.problems);

  const bare = scriptText(shipped.code, moduleOf(shipped, file));
  const script = isOurs ? withInlinedConstants(withArrowFunctions(bare)) : bare;
  const code = script.text;
  const map = scriptMap(script, shipped.code, shipped.map);
  const sources = new TraceMap(map);
  refuse(gate(code).map((finding) => locate(finding, sources, file)));
  refuseOversize(file, code, CLOUDFRONT_FUNCTION_QUOTA_BYTES);
  return { code, map };
}

interface Shipped {
  readonly shipped: Bundle;
  /** Whether the function reads our settings. */
  readonly isOurs: boolean;
}

/** @throws {ERR_BUILD_FAILED} for what is written in the sources. */
async function shippedAsWritten(path: string, define: Record<string, string>, file: string): Promise<Shipped> {
  // With all that any settings could ask for: what these leave out has to be right as well.
  const everything = Object.fromEntries(
    Object.entries(define).map(([name, value]) => [name, name.startsWith('USES.') ? 'true' : value]),
  );
  const written = await bundle(path, { ...WRITTEN, define: everything });
  const isOurs = readsSettings(written);
  // esbuild makes the second in a process of its own, while the gate reads the first here.
  const [shipped] = await Promise.all([
    bundle(path, isOurs ? shortening(define) : { ...DEPLOYED, define }),
    refuseWritten(written, path, file),
  ]);
  return { shipped, isOurs };
}

/** Without the first bundle, which would tell whose function it is, that it is ours is tried. */
async function shippedAlone(path: string, define: Record<string, string>): Promise<Shipped> {
  const shipped = await bundle(path, shortening(define));
  if (readsSettings(shipped)) return { shipped, isOurs: true };
  return { shipped: await bundle(path, { ...DEPLOYED, define }), isOurs: false };
}

function readsSettings({ sources }: Bundle): boolean {
  return sources.some((source) => /(?:^|\/)shared\/config\.ts$/.test(source));
}

/** @throws {ERR_BUILD_FAILED} */
async function refuseWritten(written: Bundle, entry: string, file: string): Promise<void> {
  const sources = new TraceMap(written.map);
  const module = moduleOf(written, file);
  const found = [
    ...exportFindings(module).map((finding) => locate(finding, sources, entry)),
    ...findingsIn(scriptOf(module)).map((finding) => locate(finding, sources, file)),
  ];
  const isFound = (a: Problem) => found.some((b) => a.file === b.file && a.line === b.line && a.column === b.column);
  const problems = [...found, ...written.problems.filter((problem) => !isFound(problem))];
  // What comes from no source file is a helper that only this bundle has.
  refuse(problems.filter((problem) => problem.file !== file));
}

/** @throws {ERR_BUILD_FAILED} */
function moduleOf({ code, map }: Bundle, file: string): Program {
  const module = parseModule(code);
  if (!('found' in module)) return module;
  throw buildFailed([locate(module, new TraceMap(map), file)]);
}

/** A finding at its place in the source, or else in `otherwise`. */
function locate(finding: Finding, sources: TraceMap, otherwise: string): Problem {
  const { source, line, column } = originalPositionFor(sources, { line: finding.line, column: finding.column - 1 });
  const text = sentence(finding);
  if (source === null) return { file: otherwise, line: finding.line, column: finding.column, text };
  const file = relative(process.cwd(), source).replaceAll('\\', '/');
  return { file, line, column: column + 1, text };
}

function sentence({ found, instead }: Advice): string {
  return `expected cloudfront-js-2.0, got ${found}; ${instead}`;
}
