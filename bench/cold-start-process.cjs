/** A cold start: loads the bundle that is the first argument, and lets it check the event in the second. */
const { readFileSync } = require('node:fs');

const event = JSON.parse(readFileSync(process.argv[3], 'utf8'));
const start = process.hrtime.bigint();
require(process.argv[2])
  .handler(event)
  .then((result) => {
    const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
    process.stdout.write(JSON.stringify({ milliseconds, isAdmitted: result.method !== undefined }));
  });
