'use strict';

/** The Serverless plugin: parses the settings before anything is built, and completes the template afterwards. */
const path = require('node:path');
const { asUserError, load, readKeys, settingsOf } = require('./settings.cjs');

class EdgekeeperPlugin {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = {
      initialize: () => this.prepare(),
      'before:package:createDeploymentArtifacts': () => asUserError(serverless, () => this.checkFunctions()),
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        asUserError(serverless, () => this.completeTemplate()),
    };
  }

  async prepare() {
    // Zips carry the modes of their files: Lambda could not read what a strict umask hides, and two
    // machines would publish two versions of the same code.
    process.umask(0o022);
    settingsOf(this.serverless);
    // A key set that cannot be fetched is no reason against "serverless remove".
    const [command] = this.serverless.processedInput.commands;
    if (command === 'package' || command === 'deploy') await readKeys(this.serverless);
  }

  /** serverless-esbuild packs what it can; what our own build refuses is not deployed. */
  async checkFunctions() {
    const { service, serviceDir } = this.serverless;
    const { buildLambdaEdge } = load('../build/lambda-edge.ts');
    const handlers = service.getAllFunctions().map((name) => service.getFunction(name).handler);
    for (const handler of handlers.filter((handler) => handler.startsWith('functions/lambda-edge/'))) {
      await buildLambdaEdge(path.join(serviceDir, handler.replace(/\.handler$/, '.ts')), settingsOf(this.serverless));
    }
  }

  async completeTemplate() {
    const { service, serviceDir } = this.serverless;
    const { checkDistribution, compileFunctions, linkVersions, writeStackSetTemplates } = load('./template.ts');
    const template = service.provider.compiledCloudFormationTemplate;
    const config = settingsOf(this.serverless);
    const { addSignedPaths } = load('./signed-paths.ts');
    const name = `${service.service}-${this.serverless.getProvider('aws').getStage()}`;
    const { completeSectionBehaviors } = load('./section-behaviors.ts');
    const { addRegions, bucketName } = load('./regions.ts');
    const { addRewrites } = load('./rewrites.ts');
    addRegions(template, name, config);
    addRewrites(template, config);
    addSignedPaths(template, serviceDir, name, config);
    completeSectionBehaviors(template, name, config);
    checkDistribution(template, config);
    await compileFunctions(template, serviceDir, config);
    const { addHealth } = load('./health.ts');
    const buckets = config.regions.map(({ region }) => [region, bucketName(name, region)]);
    await addHealth(template, serviceDir, name, Object.fromEntries(buckets), config);
    writeStackSetTemplates(template);
    linkVersions(template.Resources, this.versions());
  }

  /** `OriginResponseLambdaVersion`, as the resources say it, to the logical id that ends in a hash. */
  versions() {
    const { service } = this.serverless;
    const { naming } = this.serverless.getProvider('aws');
    return new Map(
      service
        .getAllFunctions()
        .map((name) => [
          `${naming.getNormalizedFunctionName(name)}LambdaVersion`,
          service.getFunction(name).versionLogicalId,
        ]),
    );
  }
}

module.exports = EdgekeeperPlugin;
