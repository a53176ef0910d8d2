/**
 * What njs is given: the function's code as it is, between a prelude in its first line, so that lines
 * stay, and a driver behind it. One event, one process.
 */
import { readFileSync } from 'node:fs';

/** What one run is told. */
export interface NjsRun {
  readonly event: object;
  readonly now: number;
  readonly location: object;
  readonly isFirst: boolean;
  readonly hasStore: boolean;
  readonly entries: readonly (readonly [key: string, value: string])[];
  readonly meta: object;
}

/** The engine cuts a line after 2,048 characters; a character is at most six here. */
const CHUNK = 300;

const realmPart = (name: string): string =>
  readFileSync(new URL(`./realm/${name}.cjs`, import.meta.url), 'utf8').replace(/;\s*$/, '');

/** The module `edge`: what a run is told, and what is recorded of it. */
export function edgeModule(run: NjsRun): string {
  return `import crypto from 'crypto';
var told = ${JSON.stringify(run).replace(/[\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`)};
var entries = Object.create(null);
told.entries.forEach(function (entry) { entries[entry[0]] = entry[1]; });
var run = { origin: null, logData: null, edgeLocation: told.event.context.eventType === 'viewer-response' ? {} : told.location };
var store = {
  isAssociated: function () { return told.hasStore; },
  get: function (key) {
    if (entries[key] === undefined) throw new Error('KeyNotFound');
    return entries[key];
  },
  exists: function (key) { return entries[key] !== undefined; },
  meta: function () { return told.meta; },
};
var cwt = (${realmPart('cbor-web-token')})(Buffer, crypto.createHmac);
var cloudfront = (${realmPart('cloudfront')})(Buffer, cwt, store, run);
export default { told: told, run: run, cloudfront: cloudfront };
`;
}

export const CLOUDFRONT_MODULE = `import edge from 'edge';
export default edge.cloudfront;
`;

const PRELUDE = `import __edge from 'edge'; (function () {
  var Real = Date; var now = __edge.told.now;
  function Frozen(a, b, c, d, e, f, g) {
    var made = arguments.length === 0 ? new Real(now)
      : arguments.length === 1 ? new Real(a)
      : new Real(a, b, c === undefined ? 1 : c, d || 0, e || 0, f || 0, g || 0);
    return this instanceof Frozen ? made : made.toString();
  }
  Frozen.prototype = Real.prototype; Frozen.prototype.constructor = Frozen;
  Frozen.now = function () { return now; }; Frozen.parse = Real.parse; Frozen.UTC = Real.UTC;
  globalThis.Date = Frozen;
  var print = console.log.bind(console); var stringify = JSON.stringify; var lines = [];
  globalThis.console = { log: function (value) {
    lines.push(typeof value === 'string' ? value : typeof value === 'object' ? stringify(value) : String(value));
  } };
  globalThis.__done = function (outcome) {
    outcome.lines = lines; outcome.logData = __edge.run.logData;
    var json = stringify(outcome).replace(/[^ -~]/g, function (character) {
      return encodeURIComponent(character) === character ? character : escaped(character);
    });
    for (var i = 0; i < json.length; i += ${CHUNK}) print('>' + json.slice(i, i + ${CHUNK}));
  };
  function escaped(character) {
    var code = character.codePointAt(0);
    var unit = function (value) { return '\\\\u' + ('000' + value.toString(16)).slice(-4); };
    if (code < 0x10000) return unit(code);
    return unit(0xd800 + ((code - 0x10000) >> 10)) + unit(0xdc00 + ((code - 0x10000) & 1023));
  }
})();`.replace(/\n\s*/g, ' ');

const DRIVER = `
(function () {
  var done = globalThis.__done; var run = __edge.run; var event = __edge.told.event;
  var raw = event.rawQueryString; delete event.rawQueryString;
  if (!__edge.told.isFirst) Object.defineProperty(event.request, 'rawQueryString', { value: function () { return raw; } });
  function settle(value) {
    done({ value: value === undefined ? null : value, origin: run.origin === null ? null : JSON.parse(run.origin) });
  }
  function fail(error) { done({ error: error instanceof Error ? error.name + ': ' + error.message : String(error) }); }
  try {
    var result = handler(event);
    if (result instanceof Promise) result.then(settle, fail); else settle(result);
  } catch (error) { fail(error); }
})();
`;

export function functionInNjs(code: string): string {
  return `${PRELUDE}${code}\n${DRIVER}`;
}
