'use strict';

/** The Serverless plugin: parses the settings before anything is built, and completes the template afterwards. */
const path = require('node:path');
const { asUserError, load, readKeys, settingsOf } = require('./settings.cjs');

class EdgekeeperPlugin {
  constructor(serverless, _options, { log } = {}) {
    this.serverless = serverless;
    this.log = log;
    // Of a service that is being edited somebody else makes the rest (packager.ts).
    if (process.env.EDGEKEEPER_TEMPLATE_ONLY === '1') {
      this.hooks = { 'before:package:createDeploymentArtifacts': () => this.leaveOutCode() };
      return;
    }
    this.hooks = {
      initialize: () => this.prepare(),
      'before:package:createDeploymentArtifacts': () => asUserError(serverless, () => this.checkFunctions()),
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        asUserError(serverless, () => this.completeTemplate()),
      'after:deploy:deploy': () =>
        asUserError(serverless, async () => {
          await this.putState();
          await this.associate();
        }),
    };
  }

  /** Any file does, so that nothing is packed. */
  leaveOutCode() {
    const { service, serviceDir } = this.serverless;
    const artifact = path.join(serviceDir, 'serverless.yml');
    for (const name of service.getAllFunctions()) service.getFunction(name).package = { artifact };
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
    const { completeTemplate } = load('./complete.ts');
    const stage = this.serverless.getProvider('aws').getStage();
    const completed = { root: serviceDir, name: `${service.service}-${stage}`, versions: this.versions() };
    const template = service.provider.compiledCloudFormationTemplate;
    await completeTemplate(template, completed, settingsOf(this.serverless));
  }

  /** Functions that find no `state` in the key value store refuse every viewer of a protected path. */
  async putState() {
    const { ensureState } = load('./aws/first-state.ts');
    const { access, stack, stage } = await this.deployed();
    const note = await ensureState(access, stack, stage);
    if (note !== undefined) this.log.notice(note);
  }

  /** Only now, with the functions deployed and their store filled. */
  async associate() {
    const config = settingsOf(this.serverless);
    if (config.associate.length === 0) return;
    const { associateAfterDeploy } = load('./associate/after-deploy.ts');
    const say = (text) => this.log.notice(text.trimEnd());
    await associateAfterDeploy({ root: this.serverless.serviceDir, say, ...(await this.deployed()) }, config);
  }

  async deployed() {
    const provider = this.serverless.getProvider('aws');
    // Only osls tells its credentials.
    const { credentials } = (await provider.getAwsSdkV3Config?.()) ?? {};
    return { access: { credentials }, stack: provider.naming.getStackName(), stage: provider.getStage() };
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
