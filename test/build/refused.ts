// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are sources
/**
 * One source for every trap of the engine: what CloudFront Functions lack, or run to a wrong result.
 * The trap itself is always in line 2.
 */

export interface Refused {
  readonly name: string;
  readonly source: string;
  readonly found: string;
  readonly instead: string;
}

export const REFUSED: readonly Refused[] = [
  // Async functions.
  {
    name: 'await in the arguments of a call',
    source: inAsync('return String(await load());'),
    found: 'await in the arguments of a call',
    instead: 'assign it first',
  },
  {
    name: 'await after other arguments',
    source: inAsync('return [event].concat(1, await load());'),
    found: 'await in the arguments of a call',
    instead: 'assign it first',
  },
  {
    name: 'await deep inside an argument',
    source: inAsync('return String({ a: [await load()] });'),
    found: 'await in the arguments of a call',
    instead: 'assign it first',
  },
  {
    name: 'await in the arguments of new',
    source: inAsync('return new Error(await load());'),
    found: 'await in the arguments of a call',
    instead: 'assign it first',
  },
  {
    name: 'a closure over a variable that changes after an await',
    source: inAsync('let s = 0; [1, 2].forEach((x) => { s += x; }); await load(); return s;'),
    found: 'a function inside an async function',
    instead: 'declare it at the top level',
  },
  {
    name: 'a closure over a parameter',
    source: inAsync('const read = function () { return event.uri; }; await load(); return read();'),
    found: 'a function inside an async function',
    instead: 'declare it at the top level',
  },
  {
    name: 'a function declaration inside an async function',
    source: inAsync('function read() { return event.uri; } await load(); return read();'),
    found: 'a function inside an async function',
    instead: 'declare it at the top level',
  },
  {
    name: 'a getter inside an async function',
    source: inAsync('return { get uri() { return event.uri; } };'),
    found: 'a function inside an async function',
    instead: 'declare it at the top level',
  },
  {
    name: 'an async arrow function',
    source: top('const load = async () => 1;', 'load()'),
    found: 'an async closure',
    instead: 'declare an async function at the top level',
  },
  {
    name: 'an async function expression',
    source: top('const load = async function () { return 1; };', 'load()'),
    found: 'an async closure',
    instead: 'declare an async function at the top level',
  },
  {
    name: 'an async function inside a function',
    source: inHandler('async function load() { return 1; } return load();'),
    found: 'an async closure',
    instead: 'declare an async function at the top level',
  },
  {
    name: 'arguments in an async function',
    source: inAsync('await load(); return arguments.length;'),
    found: 'arguments in an async function',
    instead: 'name the parameters',
  },
  {
    name: 'await at the top level',
    source: top('const value = await Promise.resolve(1);', 'value'),
    found: 'await at the top level',
    instead: 'await in the handler',
  },

  // Syntax.
  {
    name: 'a tagged template',
    source: inHandler('return tag`a${event}b`; function tag(parts: unknown, value: unknown) { return value; }'),
    found: 'a tagged template',
    instead: 'ordinary arguments',
  },
  {
    name: 'a default parameter',
    source: top('function first(limit = 10) { return limit; }', 'first()'),
    found: 'a default parameter',
    instead: 'write if (limit === undefined) limit = 10',
  },
  {
    name: 'array destructuring',
    source: inHandler('const [first] = event.list; return first;'),
    found: 'destructuring',
    instead: 'read each property',
  },
  {
    name: 'object destructuring',
    source: inHandler('const { uri } = event; return uri;'),
    found: 'destructuring',
    instead: 'read each property',
  },
  {
    name: 'nested destructuring with defaults',
    source: inHandler('const { request: { uri = "/" }, ...rest } = event; return [uri, rest];'),
    found: 'destructuring',
    instead: 'read each property',
  },
  {
    name: 'a destructured parameter',
    source: top('function uriOf({ uri }: any) { return uri; }', 'uriOf(event)'),
    found: 'destructuring',
    instead: 'read each property',
  },
  {
    name: 'destructuring assignment',
    source: inHandler('let a = 1, b = 2; [a, b] = event.list; return a + b;'),
    found: 'destructuring',
    instead: 'read each property',
  },
  {
    name: 'array spread',
    source: inHandler('return [...event.list, 1];'),
    found: 'array spread',
    instead: 'concat(list)',
  },
  {
    name: 'spread arguments',
    source: inHandler('return Math.max(...event.list);'),
    found: 'spread arguments',
    instead: 'call.apply(null, list)',
  },
  {
    name: 'object spread',
    source: inHandler('return { ...event };'),
    found: 'object spread',
    instead: 'Object.assign({}, object)',
  },
  {
    name: 'a class',
    source: top('class Route { private uri = "/"; static at() { return [1].at(0); } }', 'new Route()'),
    found: 'a class',
    instead: 'plain functions',
  },
  {
    name: 'a class expression',
    source: top('const Route = class { };', 'new Route()'),
    found: 'a class',
    instead: 'plain functions',
  },
  {
    name: 'optional chaining',
    source: inHandler('return event.headers?.host;'),
    found: 'optional chaining',
    instead: 'header === undefined ? undefined : header.value',
  },
  {
    name: 'an optional call',
    source: inHandler('return event.read?.();'),
    found: 'optional chaining',
    instead: 'header === undefined ? undefined : header.value',
  },
  {
    name: 'the operator ??',
    source: inHandler('return event.uri ?? "/";'),
    found: 'the operator ??',
    instead: 'value === undefined ? other : value',
  },
  ...['??=', '||=', '&&='].map((operator) => ({
    name: `the operator ${operator}`,
    source: inHandler(`event.uri ${operator} "/"; return event;`),
    found: `the operator ${operator}`,
    instead: 'if (value === undefined) value = other',
  })),
  {
    name: 'for-of over a list',
    source: inHandler('for (const x of event.list) return x;'),
    found: 'for-of',
    instead: 'a for loop over an index',
  },
  {
    name: 'for-of over a string',
    source: inHandler('for (const x of "text") return x;'),
    found: 'for-of',
    instead: 'a for loop over an index',
  },
  {
    name: 'a generator',
    source: top('function* numbers() { yield 1; }', 'numbers()'),
    found: 'a generator',
    instead: 'push the values into a list',
  },
  {
    name: 'a method shorthand',
    source: top('const rules = { first() { return 1; } };', 'rules.first()'),
    found: 'a method shorthand',
    instead: 'name: function () { ... }',
  },
  {
    name: 'an async method shorthand',
    source: top('const rules = { async first() { return 1; } };', 'rules.first()'),
    found: 'a method shorthand',
    instead: 'name: function () { ... }',
  },
  {
    name: 'a computed property name',
    source: inHandler('return { [event.uri]: 1 };'),
    found: 'a computed property name',
    instead: 'object[name] = value',
  },
  {
    name: 'a BigInt',
    source: inHandler('return 10n;'),
    found: 'a BigInt',
    instead: 'write a Number',
  },
  {
    name: 'catch without a name',
    source: inHandler('try { return event.read(); } catch { return null; }'),
    found: 'catch without a name',
    instead: 'catch (_)',
  },
  {
    name: 'new.target',
    source: top('function Route() { return new.target; }', 'Route()'),
    found: 'new.target',
    instead: 'as an argument',
  },
  {
    name: 'import.meta',
    source: inHandler('return import.meta.url;'),
    found: 'import.meta',
    instead: 'as an argument',
  },
  {
    name: 'using',
    source: inHandler('using lock = event.lock(); return lock.uri;'),
    found: 'using',
    instead: 'try and finally',
  },

  // Text and regular expressions.
  {
    name: 'a string above U+FFFF',
    source: inHandler('return "😀".length;'),
    found: 'a character above U+FFFF',
    instead: 'percent-encoded',
  },
  {
    name: 'an escaped character above U+FFFF',
    source: inHandler('return "\\u{1f600}".length;'),
    found: 'a character above U+FFFF',
    instead: 'percent-encoded',
  },
  {
    name: 'a template above U+FFFF',
    source: inHandler('return `${event.uri}😀`;'),
    found: 'a character above U+FFFF',
    instead: 'percent-encoded',
  },
  {
    name: 'a property name above U+FFFF',
    source: inHandler('return { "😀": 1 };'),
    found: 'a character above U+FFFF',
    instead: 'percent-encoded',
  },
  ...['s', 'u', 'v', 'd', 'gu'].map((flags) => ({
    name: `the regular expression flags ${flags}`,
    source: inHandler(`return /a/${flags}.test(event.uri);`),
    found: `the regular expression flags ${flags}`,
    instead: 'g, i, m and y only',
  })),
  {
    name: 'flags of the RegExp constructor',
    source: inHandler('return new RegExp(event.pattern, "s").test(event.uri);'),
    found: 'the regular expression flags s',
    instead: 'g, i, m and y only',
  },
  {
    name: 'flags that only the run time knows',
    source: inHandler('return RegExp("a", event.flags).test(event.uri);'),
    found: 'computed RegExp flags',
    instead: 'a string of g, i, m and y',
  },
  {
    name: 'a lookbehind',
    source: inHandler('return /(?<=a)b/.test(event.uri);'),
    found: 'a lookbehind',
    instead: 'take a group',
  },
  {
    name: 'flags inside a regular expression',
    source: inHandler('return /(?i:a)b/.test(event.uri);'),
    found: 'flags inside a regular expression',
    instead: 'the whole expression',
  },
  {
    name: 'a surrogate in a regular expression',
    source: inHandler('return /[\\ud800-\\udfff]/.test(event.uri);'),
    found: 'a surrogate in a regular expression',
    instead: 'ASCII only',
  },

  {
    name: 'an empty character class',
    source: inHandler('return /[^]/.test(event.uri);'),
    found: 'an empty character class',
    instead: '[\\s\\S]',
  },
  {
    name: 'an escaped letter that means something to Perl',
    source: inHandler('return /\\A\\//.test(event.uri);'),
    found: '\\A in a regular expression',
    instead: 'remove the backslash',
  },
  {
    name: 'a class that Perl names',
    source: inHandler('return /[[:alpha:]]/.test(event.uri);'),
    found: 'a class that Perl names',
    instead: 'in another order',
  },
  {
    name: 'a property name outside ASCII',
    source: inHandler('return { é: 1 };'),
    found: 'a property name outside ASCII',
    instead: 'write it in ASCII',
  },
  {
    name: 'a quoted property name outside ASCII',
    source: inHandler('return event["é"];'),
    found: 'a property name outside ASCII',
    instead: 'write it in ASCII',
  },

  // Globals.
  ...[
    { name: 'Map', use: 'new Map()', instead: 'Object.create(null)' },
    { name: 'Set', use: 'new Set()', instead: 'a list and includes' },
    { name: 'WeakMap', use: 'new WeakMap()', instead: 'Object.create(null)' },
    { name: 'WeakSet', use: 'new WeakSet()', instead: 'a list and includes' },
    { name: 'Proxy', use: 'new Proxy(event, {})', instead: 'the properties themselves' },
    { name: 'Reflect', use: 'Reflect.ownKeys(event)', instead: 'the properties themselves' },
    { name: 'URL', use: 'new URL(event.uri)', instead: 'event.request.uri' },
    { name: 'URLSearchParams', use: 'new URLSearchParams()', instead: 'event.request.querystring' },
    { name: 'BigInt', use: 'BigInt(1)', instead: 'write a Number' },
    { name: 'BigInt64Array', use: 'new BigInt64Array(1)', instead: 'no such global' },
    { name: 'crypto', use: 'crypto.subtle', instead: "import crypto from 'crypto'" },
    { name: 'process', use: 'process.env.STAGE', instead: 'no environment' },
    { name: 'setTimeout', use: 'setTimeout(event.read, 1)', instead: 'without timers' },
    { name: 'clearTimeout', use: 'clearTimeout(1)', instead: 'without timers' },
    { name: 'setImmediate', use: 'setImmediate(event.read)', instead: 'without timers' },
    { name: 'fetch', use: 'fetch("/")', instead: 'no network' },
    { name: 'structuredClone', use: 'structuredClone(event)', instead: 'JSON.parse' },
    { name: 'Intl', use: 'Intl.Collator', instead: 'no such global' },
    { name: 'eval', use: 'eval("1")', instead: 'code made from text throws' },
    { name: 'Function', use: 'new Function("return 1")', instead: 'code made from text throws' },
    { name: 'AggregateError', use: 'new AggregateError([])', instead: 'no such global' },
    { name: 'Map', use: 'globalThis.Map', instead: 'Object.create(null)' },
    { name: 'EDGE_CONFIG', use: 'EDGE_CONFIG.unknown', instead: 'no such global' },
  ].map(({ name, use, instead }) => ({
    name: `the global ${name}: ${use}`,
    source: inHandler(`return ${use};`),
    found: `the global ${name}`,
    instead,
  })),
  {
    name: 'an assignment to a name that nothing declares',
    source: inHandler('leaked = 1; return event;'),
    found: 'the global leaked',
    instead: 'no such global',
  },

  // Members.
  ...[
    { found: 'Array.from', use: 'Array.from(event.list)', instead: 'a loop that pushes into a list' },
    { found: 'Array.from', use: 'Array["from"](event.list)', instead: 'a loop that pushes into a list' },
    { found: 'Object.fromEntries', use: 'Object.fromEntries(event.list)', instead: 'one property after the other' },
    { found: 'Object.hasOwn', use: 'Object.hasOwn(event, "uri")', instead: 'hasOwnProperty.call' },
    { found: 'Object.setPrototypeOf', use: 'Object.setPrototypeOf(event, null)', instead: 'Object.create(prototype)' },
    { found: 'Object.groupBy', use: 'Object.groupBy(event.list, event.by)', instead: 'does not document it' },
    { found: 'String.raw', use: 'String.raw({ raw: "a" })', instead: 'each backslash twice' },
    { found: 'String.bytesFrom', use: '(String as any).bytesFrom([1])', instead: 'Buffer.from' },
    { found: 'Symbol.iterator', use: 'event.list[Symbol.iterator]', instead: 'a for loop over an index' },
    { found: 'Promise.withResolvers', use: 'Promise.withResolvers()', instead: 'does not document it' },
    { found: 'console.error', use: 'console.error("a")', instead: 'console.log' },
  ].map(({ found, use, instead }) => ({ name: use, source: inHandler(`return ${use};`), found, instead })),
  ...[
    { method: 'flat', use: 'event.list.flat()', instead: 'reduce with concat' },
    { method: 'flatMap', use: 'event.list.flatMap(event.by)', instead: 'reduce with concat' },
    { method: 'at', use: 'event.list.at(-1)', instead: 'list[list.length - 1]' },
    { method: 'at', use: 'event.uri.at(0)', instead: 'list[list.length - 1]' },
    { method: 'matchAll', use: 'event.uri.matchAll(/a/g)', instead: 'a loop over RegExp exec' },
    { method: 'normalize', use: 'event.uri.normalize()', instead: 'does not normalize' },
    { method: 'normalize', use: '"".normalize.call(event.uri)', instead: 'does not normalize' },
    { method: 'localeCompare', use: 'event.uri.localeCompare("/")', instead: 'compare with < and >' },
    { method: 'findLast', use: 'event.list.findLast(event.by)', instead: 'counts down' },
    { method: 'toSorted', use: 'event.list.toSorted()', instead: 'slice().sort()' },
    { method: 'with', use: 'event.list.with(0, 1)', instead: 'then set the element' },
    { method: 'entries', use: 'event.list.entries()', instead: 'a for loop over an index' },
    { method: 'keys', use: 'event.list.keys()', instead: 'Object.keys(object)' },
    { method: 'values', use: 'event.list.values()', instead: 'Object.values(object)' },
    { method: 'toUTF8', use: 'event.uri.toUTF8()', instead: 'Buffer.from' },
  ].map(({ method, use, instead }) => ({
    name: use,
    source: inHandler(`return ${use};`),
    found: `the method ${method}`,
    instead,
  })),

  // Arguments that the runtime ignores or refuses.
  {
    name: 'the cause of an error',
    source: inHandler('throw new TypeError("refused", { cause: event });'),
    found: 'the cause of an error',
    instead: 'into the message',
  },
  {
    name: 'console.log with a comma',
    source: inHandler('console.log("a", event.uri); return event;'),
    found: 'console.log with several arguments',
    instead: 'one string',
  },
  {
    name: 'Object.create with properties',
    source: inHandler('return Object.create(null, { uri: { value: 1 } });'),
    found: 'Object.create with properties',
    instead: 'set them afterwards',
  },
  {
    name: 'the hash algorithm sha512',
    source: "import crypto from 'crypto'; export function handler() {\n  return crypto.createHash('sha512');\n}\n",
    found: 'the hash algorithm sha512',
    instead: 'write sha256',
  },
  {
    name: 'the HMAC algorithm sha384',
    source: "import crypto from 'crypto'; export function handler() {\n  return crypto.createHmac('sha384', 'k');\n}\n",
    found: 'the hash algorithm sha384',
    instead: 'write sha256',
  },
  {
    name: 'crypto.timingSafeEqual',
    source:
      "import crypto from 'crypto'; export function handler(event: any) {\n  return crypto.timingSafeEqual(event.a, event.b);\n}\n",
    found: 'crypto.timingSafeEqual',
    instead: 'without an early exit',
  },

  // Imports.
  {
    name: 'a named import',
    source: top("import { createHmac } from 'crypto';", 'createHmac("sha256", "k")'),
    found: 'a named or namespace import',
    instead: "write import crypto from 'crypto'",
  },
  {
    name: 'a namespace import',
    source: top("import * as querystring from 'querystring';", 'querystring.parse("a=b")'),
    found: 'a named or namespace import',
    instead: "write import querystring from 'querystring'",
  },
  {
    name: 'an import without a name',
    source: top("import 'crypto';", 'event'),
    found: 'an import without a name',
    instead: 'remove it',
  },
  {
    name: 'the module buffer',
    source: top("import buffer from 'buffer';", 'buffer.from("a")'),
    found: 'the module buffer',
    instead: 'the global Buffer',
  },
  {
    name: 'a module of Node.js',
    source: top("import fs from 'node:fs';", 'fs.readFileSync("a")'),
    found: 'the module node:fs',
    instead: 'cloudfront, crypto and querystring only',
  },
  {
    name: 'crypto with the prefix of Node.js',
    source: top("import crypto from 'node:crypto';", 'crypto.createHash("sha256")'),
    found: 'the module node:crypto',
    instead: "write import crypto from 'crypto'",
  },
  {
    name: 'require',
    source: inHandler('return require("crypto").createHash("md5");'),
    found: 'require',
    instead: "import crypto from 'crypto'",
  },
  {
    name: 'a dynamic import',
    source: inHandler('return import("./viewer-request.ts");'),
    found: 'a dynamic import',
    instead: 'import it at the top of the file',
  },
];

/** The trap inside the handler. */
function inHandler(body: string): string {
  return `export function handler(event: any) {\n  ${body}\n}\n`;
}

/** The trap inside an async handler, with something to wait for. */
function inAsync(body: string): string {
  return `export async function handler(event: any): Promise<unknown> {\n  ${body}\n}\nfunction load() { return Promise.resolve(1); }\n`;
}

/** The trap at the top level, used by the handler. */
function top(statement: string, use: string): string {
  return `// The trap:\n${statement}\nexport function handler(event: any) { return ${use}; }\n`;
}
