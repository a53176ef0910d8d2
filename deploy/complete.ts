/** What our own service's template needs beyond what the Serverless Framework compiles. */
import type { EdgeConfig } from '../shared/config.ts';
import { requireAgreement } from './checks/settings-rules.ts';
import { addHealth } from './health.ts';
import { addRegions } from './regions.ts';
import { addRewrites } from './rewrites.ts';
import { completeSectionBehaviors } from './section-behaviors.ts';
import { addSignedPaths } from './signed-paths.ts';
import { compileFunctions, linkVersions, type Template, writeStackSetTemplates } from './template.ts';

export interface CompletedService {
  /** The folder of serverless.yml. */
  readonly root: string;
  /** Of service and stage. */
  readonly name: string;
  /** The logical id of a version as the resources say it, to the one that ends in a hash. */
  readonly versions: ReadonlyMap<string, string>;
  /** The script that is built of an entry file; absent: it is built now. */
  scriptOf?(entry: string): Promise<string>;
  /** Leaves the scheduled function out, which the emulator does not run. */
  readonly isLocal?: boolean;
  /** Whether somebody else holds the template against the settings, and tells of all that does not agree. */
  readonly leavesFindings?: boolean;
}

/** @throws {EdgeError} ERR_CONFIG_INVALID, ERR_BUILD_FAILED or ERR_BUNDLE_TOO_LARGE. */
export async function completeTemplate(template: Template, service: CompletedService, config: EdgeConfig) {
  const { root, name, versions, scriptOf, isLocal = false, leavesFindings = false } = service;
  addRegions(template, name, config);
  addRewrites(template, config);
  addSignedPaths(template, root, name, config);
  completeSectionBehaviors(template, name, config);
  if (!leavesFindings) requireAgreement(template, config);
  await compileFunctions(template, root, config, scriptOf);
  if (!isLocal) await addHealth(template, root, name, config);
  writeStackSetTemplates(template);
  linkVersions(template.Resources, versions);
}
