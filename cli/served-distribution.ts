/** What `edgekeeper local` serves: the service of serverless.yml, or a distribution made elsewhere. */
import { resolve } from 'node:path';
import { unexpected } from '../config/errors.ts';
import type { DeploymentSource } from '../emulator/deployment.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { progress } from './progress.ts';
import { built, isOurs, packagedService, readJson, readPackage } from './service.ts';
import { checkedTemplate } from './template-findings.ts';

export interface SourceOptions {
  readonly template?: string;
  readonly distributionConfig?: string;
  readonly distribution?: string;
  readonly parameter: readonly string[];
  readonly resource: readonly string[];
}

export interface ServedDistribution {
  /** A template with its check. */
  readonly source: DeploymentSource;
  /** The settings of this project's own service, whose functions are built; null for any other. */
  readonly config: EdgeConfig | null;
}

/**
 * A template that was packaged from settings of ours has its functions built as they are now.
 *
 * @throws {EdgeError} ERR_FILE_MISSING, ERR_TEMPLATE_INVALID, ERR_OPTION_INVALID, or what packaging and
 * building throw.
 */
export async function servedDistribution(root: string, options: SourceOptions): Promise<ServedDistribution> {
  const { template, distributionConfig } = options;
  const more = await besideTemplate(root, options);
  if (distributionConfig !== undefined) {
    const config = await readJson(root, resolve(root, distributionConfig));
    return { source: { ...more, distributionConfig: config }, config: null };
  }
  if (template === undefined) {
    const service = await progress('Packaging serverless.yml and building the functions', () => packagedService(root));
    return { source: { ...more, ...checkedTemplate(service.template, service.file) }, config: service.config };
  }
  const file = resolve(root, template);
  if (!(await isOurs(root, file))) {
    return { source: { ...more, ...checkedTemplate(await readJson(root, file), file) }, config: null };
  }
  const service = await readPackage(root, file);
  await built(root, service.config);
  return { source: { ...more, ...checkedTemplate(service.template, file) }, config: service.config };
}

/** What of the source is not the template, nor the configuration. */
export async function besideTemplate(root: string, { distribution, parameter, resource }: SourceOptions) {
  return {
    parameters: parametersOf(parameter),
    resources: await Promise.all(resource.map((file) => readJson(root, resolve(root, file)))),
    ...(distribution !== undefined && { distribution }),
  };
}

/** `Stage=test`, by name; a value may have an `=` of its own. */
function parametersOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw unexpected('ERR_OPTION_INVALID', '--parameter', '<name>=<value>', text);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
