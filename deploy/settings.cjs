'use strict';

/**
 * The way from Serverless, which loads CommonJS, to the project's TypeScript.
 */
const tsx = require('tsx/cjs/api');

/** Services whose settings are parsed, so that both callers get one answer. */
const parsed = new WeakMap();

/** The settings of the service that is being packaged. */
function settingsOf(serverless) {
  if (!parsed.has(serverless)) {
    const { deploySettings } = load('./settings.ts');
    const { service } = serverless;
    const config = () =>
      deploySettings({
        name: service.service,
        stage: serverless.getProvider('aws').getStage(),
        region: serverless.getProvider('aws').getRegion(),
        settings: service.custom?.edgekeeper,
      });
    parsed.set(serverless, asUserError(serverless, config));
  }
  return parsed.get(serverless);
}

/** What they say of the resources. */
function deploymentOf(serverless) {
  const { parseDeployment } = load('../config/deployment.ts');
  return asUserError(serverless, () => parseDeployment(serverless.service.custom?.edgekeeper));
}

/** Reads the keys that the settings name: until then there are none, and every viewer would be refused. */
async function readKeys(serverless) {
  const config = settingsOf(serverless);
  const { withSectionKeys } = load('./section-keys.ts');
  parsed.set(serverless, await asUserError(serverless, () => withSectionKeys(config, serverless.serviceDir)));
}

/** Runs `task`; what it blames the operator for becomes Serverless' own kind of error, which has no stack. */
function asUserError(serverless, task) {
  const { EdgeError } = load('../config/errors.ts');
  const rethrow = (error) => {
    if (!(error instanceof EdgeError)) throw error;
    throw new serverless.classes.Error(`${error.code}: ${error.message}`, error.code);
  };
  try {
    const result = task();
    return result instanceof Promise ? result.catch(rethrow) : result;
  } catch (error) {
    return rethrow(error);
  }
}

/** For the time of the load only: the rest of Serverless stays as it is. (`tsx.require` breaks esbuild's own lookup.) */
function load(file) {
  const unregister = tsx.register();
  try {
    return require(file);
  } finally {
    unregister();
  }
}

module.exports = { asUserError, deploymentOf, load, readKeys, settingsOf };
