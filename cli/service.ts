/** The service of serverless.yml as it is packaged: its compiled template, and its settings with variables resolved. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { buildFunctions } from '../build/functions.ts';
import { jsonFault } from '../build/json-fault.ts';
import { EdgeError } from '../config/errors.ts';
import { parseConfig } from '../config/parse.ts';
import { type PackageOptions, packageService } from '../deploy/package.ts';
import { withSectionKeys } from '../deploy/section-keys.ts';
import { settingsIn, stateBeside } from '../deploy/service-state.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { localFolder } from './local-keys.ts';
import { progress } from './progress.ts';

/** Where the bundles go, beside serverless.yml. */
export const BUNDLES = 'dist';

export interface PackagedService {
  readonly template: unknown;
  readonly config: EdgeConfig;
}

/** Packages `serverless.yml` in `root`, without credentials or network, and builds the functions into `dist/`. */
export async function packagedService(root: string) {
  const file = await packagedTemplate(root);
  const service = await readPackage(root, file);
  return { ...service, file, functions: await built(root, service.config) };
}

/** The service as it would be packaged now; nothing is built. */
export async function packagedSettings(root: string, stage?: string): Promise<PackagedService> {
  const options = stage === undefined ? {} : { stage };
  return progress('Packaging serverless.yml', async () => readPackage(root, await packagedTemplate(root, options)));
}

/** The file of the compiled template. That of a stage does not take the place of what the edge here serves. */
export function packagedTemplate(
  root: string,
  options: Pick<PackageOptions, 'stage' | 'leavesFindings'> = {},
): Promise<string> {
  requireService(root);
  const name = options.stage === undefined ? 'package' : 'deployed-package';
  return packageService({ ...options, root, outFolder: join(localFolder(root), name) });
}

/** @throws {EdgeError} ERR_FILE_MISSING without `serverless.yml` in `root`. */
export function requireService(root: string): void {
  if (!existsSync(join(root, 'serverless.yml'))) {
    throw new EdgeError(
      'ERR_FILE_MISSING',
      `serverless.yml: expected one in the folder of the command, got none in ${root}`,
    );
  }
}

/** Builds the functions as they are now into `dist/`. */
export function built(root: string, config: EdgeConfig) {
  return buildFunctions({ root, config, outFolder: BUNDLES });
}

/**
 * A compiled template, with the settings that Serverless wrote beside it.
 *
 * @throws {EdgeError} ERR_FILE_MISSING, ERR_TEMPLATE_INVALID or ERR_CONFIG_INVALID.
 */
export async function readPackage(root: string, file: string): Promise<PackagedService> {
  const template = await readJson(root, file);
  const settings = settingsIn(await readJson(root, stateBeside(file)));
  return { template, config: await withSectionKeys(parseConfig(settings), root) };
}

/** Whether a template was packaged from a service with settings of ours. */
export async function isOurs(root: string, file: string): Promise<boolean> {
  const state = stateBeside(file);
  return existsSync(state) && settingsIn(await readJson(root, state)) !== undefined;
}

/** @throws {EdgeError} ERR_FILE_MISSING; ERR_TEMPLATE_INVALID for anything but JSON. */
export async function readJson(root: string, file: string): Promise<unknown> {
  const name = relative(root, file);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new EdgeError('ERR_FILE_MISSING', `${name}: expected a file, got ${error.code}`);
  });
  try {
    return JSON.parse(text);
  } catch {
    const got = /\.ya?ml$/i.test(name) ? `YAML; ${YAML_ADVICE}` : jsonFault(text);
    throw new EdgeError('ERR_TEMPLATE_INVALID', `${name}: expected JSON, got ${got}`);
  }
}

const YAML_ADVICE =
  '"cdk synth --json" prints JSON, "serverless package" writes it, "cfn-flip template.yaml template.json" makes it of any template';
