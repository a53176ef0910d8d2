/**
 * A thread that runs one CloudFront Function. The thread can be ended from outside, which is how a
 * function that never returns is stopped, also one that loops after an `await`.
 */
import { Buffer } from 'node:buffer';
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import querystring from 'node:querystring';
import vm from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';

const store = new Map(workerData.store);
const bytes = (text) => Buffer.from(text, 'latin1');

/** What the realm may ask for. Strings in, one string out; bytes travel as strings of char codes. */
const operations = {
  __proto__: null,
  decode: (text, encoding) => Buffer.from(text, encoding).toString('latin1'),
  encode: (data, encoding) => bytes(data).toString(encoding),
  hash: (algorithm, data) => createHash(algorithm).update(bytes(data)).digest('latin1'),
  hmac: (algorithm, data, key) => createHmac(algorithm, bytes(key)).update(bytes(data)).digest('latin1'),
  'querystring.parse': (text) => JSON.stringify(querystring.parse(text)),
  'querystring.stringify': (json) => querystring.stringify(JSON.parse(json)),
  'querystring.escape': (text) => querystring.escape(text),
  'querystring.unescape': (text) => querystring.unescape(text),
  'store.get': (key) => {
    if (!store.has(key)) throw new Error('KeyNotFound');
    return store.get(key);
  },
  'store.exists': (key) => String(store.has(key)),
  'store.meta': () => JSON.stringify({ keyCount: store.size }),
};

function host(operation, a, b, c) {
  try {
    return `+${operations[operation](a, b, c)}`;
  } catch (error) {
    return `-${error.message}`;
  }
}

const context = vm.createContext(Object.create(null), {
  microtaskMode: 'afterEvaluate',
  codeGeneration: { strings: false, wasm: false },
});
const realm = vm.runInContext(readFileSync(new URL('./realm.cjs', import.meta.url), 'utf8'), context)(host);
const run = new vm.Script('__run(() => handler)');

/**
 * What the realm throws is never looked at out here, nor by Node.js: to read a property, or to print,
 * is to run code of the realm with objects of the host at hand.
 */
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => process.exit(1));
const UNREADABLE = JSON.stringify({ error: 'Error: the function failed outside its handler', lines: [] });
const UNFINISHED = JSON.stringify({ error: 'Error: the handler did not finish', lines: [] });

let isBroken = false;
try {
  vm.runInContext(workerData.script, context, { filename: workerData.name });
} catch {
  isBroken = true;
}

function invoke({ event, now, location }) {
  if (isBroken) return UNREADABLE;
  try {
    const value = realm.prepare(event, now, location);
    Object.defineProperty(context, '__run', { value, configurable: true, enumerable: false });
    run.runInContext(context);
    const outcome = realm.outcome();
    return typeof outcome === 'string' ? outcome : UNFINISHED;
  } catch {
    return UNREADABLE;
  }
}

parentPort.on('message', (message) => {
  if (message.store !== undefined) {
    store.clear();
    for (const [key, value] of message.store) store.set(key, value);
    return;
  }
  parentPort.postMessage({ id: message.id, answer: invoke(message) });
});
