/** The service of serverless.yml while it is edited: what has to be made again, by what changed. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { defines, type Runtime } from '../../build/defines.ts';
import { buildFunctions } from '../../build/functions.ts';
import { type MappedCode, mapOfFile } from '../../build/source-map.ts';
import { parseDeployment } from '../../config/deployment.ts';
import { type CompletedService, completeTemplate } from '../../deploy/complete.ts';
import { type CompiledService, servicePackager } from '../../deploy/packager.ts';
import { withSectionKeys } from '../../deploy/section-keys.ts';
import { deploySettings } from '../../deploy/settings.ts';
import type { Finding } from '../../emulator/finding.ts';
import type { EdgeConfig } from '../../shared/config.ts';
import { requireService } from '../service.ts';
import { templateFindings } from '../template-findings.ts';
import type { WatchedPaths } from './watched-files.ts';

/** A version of the service. */
export interface ServiceVersion {
  readonly template: unknown;
  /** Checks the template that would be deployed. */
  readonly findings: () => Promise<readonly Finding[]>;
  /** The folder of its own that its bundles are in: nothing is ever written there again. */
  readonly bundles: string;
  readonly config: EdgeConfig;
}

export interface EditedService {
  /**
   * The service as it is now.
   *
   * @param changed the files that are not as they were in the latest version that could be made; null: all are new
   * @throws {EdgeError} what packaging, reading settings and keys, and building throw.
   */
  version(changed: readonly string[] | null): Promise<ServiceVersion>;
  /** What a version is made of; of a version that could not be made, as far as that is known. */
  sources(): WatchedPaths;
  close(): Promise<void>;
}

const SOURCE_FOLDERS = ['functions', 'shared', 'signing'];

export function editedService(root: string): EditedService {
  const sourceFolders = SOURCE_FOLDERS.map((name) => join(root, name));
  const packager = servicePackager(root);
  const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-bundles-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  let compiled: CompiledService | null = null;
  let keyFiles: readonly string[] = [];
  let latest: ServiceVersion | null = null;
  let count = 0;
  return {
    async version(changed) {
      requireService(root);
      const configuration = configurationFiles(root);
      if (changed === null || changed.some((file) => configuration.includes(file))) compiled = null;
      compiled ??= await packager.compiled();
      const settings = deploySettings(compiled);
      keyFiles = keyFilesOf(settings, root);
      const config = await withSectionKeys(settings, root);
      count++;
      const bundles = join(folder, String(count));
      const changedSources = changed?.filter((file) => sourceFolders.some((source) => file.startsWith(source))) ?? null;
      await buildFunctions({
        ...{ root, config, outFolder: bundles },
        known: knownBundles(latest, config, changedSources),
        areSourcesJudged: latest !== null && changedSources?.length === 0,
      });
      const complete = completion(compiled, root, bundles, config);
      const beside = { settings: config, zips: new Map() };
      const findings = async () => templateFindings(await complete({ leavesFindings: true }), beside);
      latest = { template: await complete({ isLocal: true }), findings, bundles, config };
      return latest;
    },
    sources: () => ({
      files: [...configurationFiles(root), ...keyFiles],
      folders: sourceFolders,
    }),
    async close() {
      process.off('exit', remove);
      remove();
      await packager.close();
    },
  };
}

/** With the same settings inlined, and but for entry files the same sources, the other bundles are as they were. */
function knownBundles(latest: ServiceVersion | null, config: EdgeConfig, changedSources: readonly string[] | null) {
  const outputs = (changedSources ?? []).map((file) => {
    const [, folder, name] = /[\\/]functions[\\/]([^\\/]+)[\\/]([^\\/]+)\.ts$/.exec(file) ?? [];
    return name === undefined ? null : `${folder}/${name}.js`;
  });
  if (latest === null || changedSources === null || outputs.includes(null)) return () => null;
  const isKnown = (runtime: Runtime) => isDeepStrictEqual(defines(config, runtime), defines(latest.config, runtime));
  const known = { 'cloudfront-function': isKnown('cloudfront-function'), 'lambda-edge': isKnown('lambda-edge') };
  return (file: string, runtime: Runtime) =>
    known[runtime] && !outputs.includes(file) ? writtenBundle(join(latest.bundles, file)) : null;
}

async function writtenBundle(file: string): Promise<MappedCode> {
  const [code = '', map = ''] = await Promise.all([file, `${file}.map`].map((path) => readFile(path, 'utf8')));
  return { code, map: mapOfFile(map, dirname(file)) };
}

/** Completes the service's template for one use or another. */
function completion(
  { name, stage, settings, template }: CompiledService,
  root: string,
  bundles: string,
  config: EdgeConfig,
) {
  const scriptOf = (entry: string) => readFile(join(bundles, 'cloudfront', `${basename(entry, '.ts')}.js`), 'utf8');
  return async (use: Pick<CompletedService, 'isLocal' | 'leavesFindings'>): Promise<unknown> => {
    const completed = structuredClone(template);
    const service = { root, name: `${name}-${stage}`, scriptOf, ...use };
    await completeTemplate(completed, service, config, parseDeployment(settings));
    return completed;
  };
}

function keyFilesOf({ protected: sections, signed }: EdgeConfig, root: string): string[] {
  const named = sections.flatMap(({ jwks, publicKeys }) => [jwks?.file ?? null, ...Object.values(publicKeys)]);
  return [...named, ...(signed?.publicKeys ?? [])].flatMap((file) => (file === null ? [] : [resolve(root, file)]));
}

/** serverless.yml, and what it includes by `${file(...)}`. */
function configurationFiles(root: string): string[] {
  const found = new Set([join(root, 'serverless.yml')]);
  for (const file of found) {
    for (const [, name = ''] of textOf(file).matchAll(/\$\{file\(([^)$]+)\)/g)) found.add(resolve(root, name.trim()));
  }
  return [...found];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
