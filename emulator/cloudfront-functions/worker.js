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

const store = new Map();
/** When a run first saw the store, and first saw it as it is now. */
let creationDateTime = null;
let lastUpdatedDateTime = null;
const bytes = (text) => Buffer.from(text, 'latin1');

/** What the realm may ask for. Strings in, one string out; bytes travel as strings of char codes. */
const operations = {
  __proto__: null,
  decode: (text, encoding) => Buffer.from(text, encoding).toString('latin1'),
  encode: (data, encoding) => bytes(data).toString(encoding),
  text: (data, fatal, ignoreBOM) =>
    new TextDecoder('utf-8', { fatal: fatal === 'true', ignoreBOM: ignoreBOM === 'true' }).decode(bytes(data)),
  hash: (algorithm, data) => createHash(algorithm).update(bytes(data)).digest('latin1'),
  hmac: (algorithm, data, key) => createHmac(algorithm, bytes(key)).update(bytes(data)).digest('latin1'),
  'querystring.escape': (text) => querystring.escape(text),
  'querystring.unescape': (text) => querystring.unescape(text),
  'store.get': (key) => {
    if (!store.has(key)) throw new Error('KeyNotFound');
    return store.get(key);
  },
  'store.exists': (key) => String(store.has(key)),
  'store.isAssociated': () => String(loaded.hasStore),
  'store.meta': () => JSON.stringify({ creationDateTime, lastUpdatedDateTime, keyCount: store.size }),
};

function host(operation, a, b, c) {
  try {
    return `+${operations[operation](a, b, c)}`;
  } catch (error) {
    return `-${error.message}`;
  }
}

const run = new vm.Script('__run(() => handler)');
const isFirst = workerData.runtime === 'cloudfront-js-1.0';

/** A realm of its own for the function. Where `showsPlaces`, errors say where they were made, which the runtime does not. */
function emptyRealm(showsPlaces) {
  const context = vm.createContext(Object.create(null), {
    microtaskMode: 'afterEvaluate',
    codeGeneration: { strings: false, wasm: false },
  });
  return { context, realm: realmIn(context, showsPlaces) };
}

/** The function in a realm where nothing is yet. */
function instanceIn({ context, realm }) {
  let isBroken = false;
  try {
    vm.runInContext(loaded.script, context, { filename: loaded.name });
  } catch {
    isBroken = true;
  }
  return { context, realm, isBroken };
}

/** Its parts are made in the context, and hold nothing of the host but `host`. */
function realmIn(context, showsPlaces) {
  const part = (name) =>
    vm.runInContext(readFileSync(new URL(`./realm/${name}.cjs`, import.meta.url), 'utf8'), context);
  const border = part('border')(host);
  const buffers = part('buffer')(border);
  const byteStrings = part('byte-strings')(border, isFirst);
  const modules = part('modules')(border, buffers.Buffer, byteStrings);
  const documented = part('documented')(isFirst);
  const [cloudfront, cwt] = [part('cloudfront'), part('cbor-web-token')];
  return part('realm')(border, documented, buffers, modules, byteStrings, cloudfront, cwt, isFirst, showsPlaces);
}

/**
 * What the realm throws is never looked at out here, nor by Node.js: to read a property, or to print,
 * is to run code of the realm with objects of the host at hand.
 */
process.on('unhandledRejection', () => {});
process.on('uncaughtException', () => process.exit(1));
const UNREADABLE = JSON.stringify({ error: 'Error: the function failed outside its handler', lines: [] });
const UNFINISHED = JSON.stringify({ error: 'Error: the handler did not finish', lines: [] });

/** Made before there is a function for it. */
const prepared = emptyRealm(false);
let loaded = null;
let instance = null;
let showing = null;

/** A run that failed is repeated where errors say where they were made; runs have no effects. */
function invoke(message) {
  const outcome = outcomeIn(instance, message);
  if (!outcome.startsWith('{"error":')) return outcome;
  showing ??= instanceIn(emptyRealm(true));
  return JSON.stringify({ ...JSON.parse(outcome), stack: JSON.parse(outcomeIn(showing, message)).stack });
}

function outcomeIn({ context, realm, isBroken }, { event, now, location }) {
  if (isBroken) return UNREADABLE;
  lastUpdatedDateTime ??= new Date(now).toISOString();
  creationDateTime ??= lastUpdatedDateTime;
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

function setStore(entries) {
  store.clear();
  lastUpdatedDateTime = null;
  for (const [key, value] of entries) store.set(key, value);
}

/** The first message is the function. */
parentPort.once('message', (definition) => {
  parentPort.postMessage({ isLoading: true });
  loaded = definition;
  setStore(definition.store);
  instance = instanceIn(prepared);
  parentPort.on('message', (message) => {
    if (message.store !== undefined) setStore(message.store);
    else parentPort.postMessage({ id: message.id, answer: invoke(message) });
  });
  parentPort.postMessage({ isReady: true });
});
