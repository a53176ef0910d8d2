/** Calls of a viewer request function under njs: time and memory of one, and what it answered. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Call {
  /** Without `?`. */
  readonly query?: string | undefined;
  readonly event: object;
  /** What the key value store holds. Null: it cannot be read. */
  readonly store: Readonly<Record<string, string>> | null;
}

export interface Measured {
  readonly micros: number;
  readonly kilobytes: number;
  /** `admitted`, or the status and, where one was logged, the reason. */
  readonly answer: string;
}

export const njsAvailable = (): boolean => spawnSync('njs', ['-v']).error === undefined;

/**
 * The mean of `calls` calls, in a process of their own, since njs never frees memory. The driver never
 * resumes after an `await`, where an exception would cost what it does not cost in CloudFront.
 */
export function measureUnderNjs(
  folder: string,
  script: string,
  { event, query, store }: Call,
  calls: number,
): Measured {
  mkdirSync(join(folder, 'modules'), { recursive: true });
  writeFileSync(join(folder, 'modules', 'cloudfront'), stubFor(store));
  writeFileSync(join(folder, 'run.js'), `${script}${driverFor(JSON.stringify(event), query, calls)}`);
  const output = execFileSync('njs', ['-p', 'modules', 'run.js'], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  const [, milliseconds, result] = /^all: ([\d.]+)ms\n(.*)\n$/.exec(output) ?? [];
  if (result === undefined)
    throw new Error(`njs: expected a time and a result, got ${JSON.stringify(output.slice(0, 200))}`);
  return { ...JSON.parse(result), micros: (Number(milliseconds) * 1000) / calls };
}

function stubFor(store: Call['store']): string {
  return `var entries = ${JSON.stringify(store)};
var kvs = {
  get: function (key, options) {
    if (!entries || !(key in entries)) return Promise.reject(new Error('KeyNotFound'));
    return Promise.resolve(options ? JSON.parse(entries[key]) : entries[key]);
  },
  exists: function (key) { return Promise.resolve(key in entries); },
};
export default {
  kvs: function () { return kvs; },
  edgeLocation: { name: 'FRA', serverIp: '192.0.2.1', region: 'eu-central-1' },
  createRequestOriginGroup: function () {},
};`;
}

/** All calls begin at once, and their continuations run in turn; the last one stops the watch, which
 * `console` alone has finer than a millisecond. */
function driverFor(event: string, query: string | undefined, calls: number): string {
  return `
var __events = [];
for (var __i = 0; __i < ${calls}; __i++) {
  var __event = JSON.parse(${JSON.stringify(event)});
  __event.request.rawQueryString = function () { return ${JSON.stringify(query)}; };
  __events.push(__event);
}
var __print = console.log;
var __line = '{}';
console.log = function (line) { __line = line; };
var __memory = njs.memoryStats.size;
var __last;
console.time('all');
for (var __j = 0; __j < ${calls}; __j++) __last = handler(__events[__j]);
Promise.resolve(__last).then(function (value) {
  console.timeEnd('all');
  var kilobytes = (njs.memoryStats.size - __memory) / 1024 / ${calls};
  var answer = value.statusCode ? (value.statusCode + ' ' + (JSON.parse(__line).reason || '')).trim() : 'admitted';
  __print.call(console, JSON.stringify({ kilobytes: kilobytes, answer: answer }));
});
`;
}
