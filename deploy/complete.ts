/** What our own service's template needs beyond what the Serverless Framework compiles. */
import type { EdgeConfig } from '../shared/config.ts';
import { completeSectionBehaviors } from './section-behaviors.ts';
import { addSignedPaths } from './signed-paths.ts';
import {
  checkDistribution,
  compileFunctions,
  linkVersions,
  type Template,
  writeStackSetTemplates,
} from './template.ts';

export interface CompletedService {
  /** The folder of serverless.yml. */
  readonly root: string;
  /** Of service and stage. */
  readonly name: string;
  /** The logical id of a version as the resources say it, to the one that ends in a hash. */
  readonly versions: ReadonlyMap<string, string>;
  /** The script that is built of an entry file; absent: it is built now. */
  scriptOf?(entry: string): Promise<string>;
}

/** @throws {EdgeError} ERR_CONFIG_INVALID, ERR_BUILD_FAILED or ERR_BUNDLE_TOO_LARGE. */
export async function completeTemplate(template: Template, service: CompletedService, config: EdgeConfig) {
  const { root, name, versions, scriptOf } = service;
  addSignedPaths(template, root, name, config);
  completeSectionBehaviors(template, name, config);
  checkDistribution(template, config);
  await compileFunctions(template, root, config, scriptOf);
  writeStackSetTemplates(template);
  linkVersions(template.Resources, versions);
}
