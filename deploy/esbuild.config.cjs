'use strict';

/** The options of serverless-esbuild: those of `npm run build`, so that the zip holds the same bytes. */
const { load, settingsOf } = require('./settings.cjs');

module.exports = (serverless) => ({
  ...load('../build/lambda-edge.ts').lambdaEdgeOptions(settingsOf(serverless)),
  // Its default leaves the AWS SDK out.
  exclude: [],
  // Without it a source that does not compile leaves esbuild running, and `serverless package` never ends.
  skipRebuild: true,
});
