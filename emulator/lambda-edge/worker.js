/** A thread that is an instance of a Lambda@Edge function: it loads the code once, and has one event at a time. */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { movableDate } from './clock.js';
import { awaited, calledBack } from './invocation.js';
import { captureOutput, described } from './output.js';

const { file, isModule, isCompiled, exported, hasCallback, environment, timeoutMs, time } = workerData;

parentPort.postMessage({ isLoading: true });
const line = (text) => parentPort.postMessage({ line: text });
captureOutput(line);
for (const [event, status] of [
  ['uncaughtException', 129],
  ['unhandledRejection', 128],
]) {
  process.on(event, (error) => {
    line(`${event}: ${described(error)}`);
    process.exit(status);
  });
}
if (isCompiled) process.setSourceMapsEnabled(true);
const setTime = time === null ? () => {} : movableDate();
setTime(time);

/** Node.js calls this when the event loop is empty: while an event is handled, its port does not count. */
let onIdle = () => {};
process.on('beforeExit', () => onIdle());

async function handlerOf() {
  const loaded = isModule ? await import(pathToFileURL(file).href) : createRequire(file)(file);
  const handler = exported.split('.').reduce((owner, name) => owner?.[name], loaded);
  if (typeof handler !== 'function') throw new Error(`${exported} is not an exported function`);
  if (!hasCallback && handler.length > 2)
    throw new Error(`${exported} has a callback, which this runtime does not call`);
  return handler;
}

/** A function that cannot be loaded fails each time it is called. */
let handler;
let failure = null;
try {
  handler = await handlerOf();
} catch (error) {
  failure = { error };
}

function contextOf() {
  const deadline = Date.now() + timeoutMs;
  return {
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: workerData.arn,
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

async function invoke(event) {
  try {
    if (failure !== null) throw failure.error;
    const call = hasCallback ? calledBack : awaited;
    const value = await call(handler, event, contextOf(), (callback) => {
      onIdle = callback;
    });
    return JSON.stringify({ value });
  } catch (error) {
    line(described(error));
    return JSON.stringify({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
}

let queue = Promise.resolve();
parentPort.on('message', ({ id, event, time }) => {
  queue = queue.then(async () => {
    setTime(time);
    parentPort.unref();
    const answer = await invoke(JSON.parse(event));
    onIdle = () => {};
    parentPort.ref();
    parentPort.postMessage({ id, answer });
  });
});
parentPort.postMessage({ isReady: true });
