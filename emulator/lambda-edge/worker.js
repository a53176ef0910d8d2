/** A thread that runs one Lambda@Edge bundle as Lambda's Node.js runtime would call it. */
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

let lines = [];
for (const level of ['debug', 'error', 'info', 'log', 'warn']) {
  console[level] = (...parts) => {
    lines.push(parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' '));
  };
}

const bundle = createRequire(workerData.file)(workerData.file);
const handler = bundle[workerData.handler];

async function invoke(event) {
  lines = [];
  if (typeof handler !== 'function') return { error: `Error: ${workerData.handler} is not exported`, lines };
  try {
    return { value: await handler(event), lines };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error), lines };
  }
}

/** One event at a time, as an instance of a Lambda function has it. */
let queue = Promise.resolve();
parentPort.on('message', ({ id, event }) => {
  queue = queue.then(async () => {
    const answer = await invoke(JSON.parse(event));
    parentPort.postMessage({ id, answer: JSON.stringify(answer) });
  });
});
