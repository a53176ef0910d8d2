'use strict';

/** The Serverless plugin: parses the settings before anything is built, and completes the template afterwards. */
const path = require('node:path');
const { commandsFor, run, takeArguments } = require('./command-line.cjs');
const { asUserError, deploymentOf, load, readKeys, settingsOf } = require('./settings.cjs');

class EdgekeeperPlugin {
  constructor(serverless, _options, { log } = {}) {
    this.serverless = serverless;
    this.log = log;
    // Of a service that is being edited somebody else makes the rest (packager.ts).
    if (process.env.EDGEKEEPER_TEMPLATE_ONLY === '1') {
      this.hooks = { 'before:package:createDeploymentArtifacts': () => this.leaveOutCode() };
      return;
    }
    this.commands = commandsFor(serverless.processedInput);
    if (this.commands.edgekeeper?.lifecycleEvents) {
      const given = takeArguments(process.argv);
      this.hooks = { 'edgekeeper:run': () => run(given) };
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
      'after:remove:remove': () => this.sayWhatStays(),
      error: (error) => this.advise(error),
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
    const leavesFindings = process.env.EDGEKEEPER_LEAVES_FINDINGS === '1'; // See PackageOptions in package.ts.
    const template = service.provider.compiledCloudFormationTemplate;
    const completed = { root: serviceDir, name: this.name(), leavesFindings };
    await completeTemplate(template, completed, settingsOf(this.serverless), deploymentOf(this.serverless));
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
    const { associate: associated } = deploymentOf(this.serverless);
    if (associated.length === 0) return;
    const { associateAfterDeploy } = load('./associate/after-deploy.ts');
    const say = (text) => this.log.notice(text.trimEnd());
    const service = { root: this.serverless.serviceDir, say, ...(await this.deployed()) };
    await associateAfterDeploy(service, settingsOf(this.serverless), associated);
  }

  async deployed() {
    const provider = this.serverless.getProvider('aws');
    // Only osls tells its credentials.
    const { credentials } = (await provider.getAwsSdkV3Config?.()) ?? {};
    return { access: { credentials }, stack: provider.naming.getStackName(), stage: provider.getStage() };
  }

  sayWhatStays() {
    const { service } = this.serverless;
    const { remains } = load('./remains.ts');
    const functions = service.getAllFunctions().map((name) => service.getFunction(name).name);
    const removed = { name: this.name(), functions };
    const lines = remains(removed, settingsOf(this.serverless), deploymentOf(this.serverless));
    this.log.notice(`\n${lines.join('\n')}`);
  }

  advise(error) {
    if (this.serverless.processedInput.commands[0] !== 'deploy') return;
    const { adviceOnTakenNames } = load('./taken-names.ts');
    const advice = adviceOnTakenNames(String(error?.message));
    if (advice !== undefined) this.log.notice(`\n${advice}`);
  }

  /** Of service and stage. */
  name() {
    return `${this.serverless.service.service}-${this.serverless.getProvider('aws').getStage()}`;
  }
}

module.exports = EdgekeeperPlugin;
