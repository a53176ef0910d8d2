'use strict';

/**
 * A process that has the Serverless Framework loaded, and compiles a service each time that it is told a folder: its
 * template and what `packager.ts` reads of its state, without the code of functions. What the framework keeps between two
 * runs of its command is loaded anew after each, but for the validator of configurations: that takes longest, and is a
 * function of the schema.
 */
const { writeFile } = require('node:fs/promises');
const { join, sep } = require('node:path');
const { createRequire } = require('node:module');

const serviceRequire = createRequire(`${process.cwd()}${sep}package.json`);
const COMMAND = serviceRequire.resolve('serverless/scripts/serverless.js');
const FRAMEWORK = COMMAND.slice(0, -'scripts/serverless.js'.length);
const VALIDATOR = `${FRAMEWORK}lib${sep}classes${sep}config-schema-handler${sep}resolve-ajv-validate.js`;
const HANDLE_ERROR = `${FRAMEWORK}lib${sep}cli${sep}handle-error.js`;
const PLUGIN_MANAGER = `${FRAMEWORK}lib${sep}classes${sep}plugin-manager.js`;
const SAVE_STATE = `${FRAMEWORK}lib${sep}plugins${sep}aws${sep}package${sep}lib${sep}save-service-state.js`;
const DEPRECATIONS = `${FRAMEWORK}lib${sep}utils${sep}log-deprecation.js`;
const BUNDLER = 'EsbuildServerlessPlugin';

/** Not at once: what is done with the service that was just compiled needs the machine first. */
const RELOAD_AFTER_MS = 500;

/** The framework's own modules, which hold what it knows of a service. */
const isFrameworks = (file) =>
  file.startsWith(FRAMEWORK) && !file.startsWith(`${FRAMEWORK}node_modules`) && file !== VALIDATOR;

function reload() {
  const loaded = Object.keys(require.cache).filter(isFrameworks);
  for (const file of loaded) delete require.cache[file];
  for (const file of loaded) if (file !== COMMAND) require(file);
}

/** Instead of all that the framework knows, which takes it half of its time. */
async function saveServiceState() {
  const { service, provider, custom } = this.serverless.service;
  const { stage, region } = provider;
  const state = { service: { service, provider: { stage, region }, custom: { edgekeeper: custom?.edgekeeper } } };
  const file = join(this.serverless.serviceDir, '.serverless', this.provider.naming.getServiceStateFileName());
  await writeFile(file, JSON.stringify(state));
}

/** The message of the error that the command ends with; null: it does not. */
function run() {
  let failure = null;
  const manager = require(PLUGIN_MANAGER);
  const { addPlugin } = manager.prototype;
  manager.prototype.addPlugin = function (Plugin, ...rest) {
    return Plugin.name === BUNDLER ? undefined : addPlugin.call(this, Plugin, ...rest);
  };
  require(SAVE_STATE).saveServiceState = saveServiceState;
  require(HANDLE_ERROR);
  require.cache[HANDLE_ERROR].exports = (error) => {
    failure = error instanceof Error ? error.message : String(error);
  };
  return new Promise((resolve) => {
    const deprecations = require(DEPRECATIONS);
    deprecations.printSummary = async () => resolve(failure);
    require(COMMAND);
  });
}

process.argv = [process.argv[0], COMMAND, 'package'];
process.stdout.write = () => true;
process.stderr.write = () => true;
process.once('disconnect', () => process.exit());
let waitingReload = null;
process.on('message', async (folder) => {
  if (waitingReload !== null) reload();
  clearTimeout(waitingReload);
  process.chdir(folder);
  const failure = await run();
  process.exitCode = 0;
  process.send({ failure });
  for (const event of ['uncaughtException', 'SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(event);
  waitingReload = setTimeout(() => {
    waitingReload = null;
    reload();
  }, RELOAD_AFTER_MS);
});
