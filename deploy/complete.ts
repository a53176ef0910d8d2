/** What our own service's template needs beyond what the Serverless Framework compiles. */
import type { Deployment } from '../config/deployment.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { addAccessLogs } from './access-logs.ts';
import { addApi } from './api.ts';
import { setDistribution } from './distribution.ts';
import { withExistingBuckets } from './existing-buckets.ts';
import { addHealth } from './health.ts';
import { addMonitoring } from './monitoring.ts';
import { addRegions } from './regions.ts';
import { addRewrites } from './rewrites.ts';
import { completeSectionBehaviors } from './section-behaviors.ts';
import { addSignedPaths } from './signed-paths.ts';
import {
  checkDistribution,
  compileFunctions,
  linkVersions,
  type Template,
  writeStackSetTemplates,
} from './template.ts';
import { withoutDistribution } from './without-distribution.ts';

export interface CompletedService {
  /** The folder of serverless.yml. */
  readonly root: string;
  /** Of service and stage. */
  readonly name: string;
  /** The script that is built of an entry file; absent: it is built now. */
  scriptOf?(entry: string): Promise<string>;
  /** For the emulator: a distribution whatever the settings say, and nothing that only AWS runs. */
  readonly isLocal?: boolean;
}

/** @throws {EdgeError} ERR_CONFIG_INVALID, ERR_BUILD_FAILED or ERR_BUNDLE_TOO_LARGE. */
export async function completeTemplate(
  template: Template,
  service: CompletedService,
  config: EdgeConfig,
  deployment: Deployment,
): Promise<void> {
  const { root, name, scriptOf, isLocal = false } = service;
  const { distribution, api, deploy } = deployment;
  const hasDistribution = isLocal || deploy.distribution === 'create';
  if (!hasDistribution) withoutDistribution(template);
  setDistribution(template, distribution);
  addRegions(template, name, config);
  addRewrites(template, config);
  if (api !== null) addApi(template, api);
  addSignedPaths(template, root, name, config);
  completeSectionBehaviors(template, name, config);
  checkDistribution(template, config);
  await compileFunctions(template, root, config, scriptOf);
  if (!isLocal && hasDistribution) {
    await addHealth(template, root, name, config);
    addAccessLogs(template, name, deployment);
    addMonitoring(template, name, config, deployment);
  }
  if (deploy.buckets === 'existing') withExistingBuckets(template);
  writeStackSetTemplates(template);
  linkVersions(template);
}
