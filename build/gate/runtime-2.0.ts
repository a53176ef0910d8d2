/**
 * What runtime cloudfront-js-2.0 documents, and what to write instead of the rest.
 *
 * The lists name what is allowed: what AWS does not document is refused even where the engine has it,
 * since nobody promises that it stays. Only methods of values whose type is not known here
 * (`METHODS`) are listed the other way round, by what is refused.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */

/** Something that the runtime lacks, and one sentence for the person who wrote it. */
export interface Advice {
  readonly found: string;
  readonly instead: string;
}

export const ERROR_TYPES = words(
  'Error EvalError InternalError RangeError ReferenceError SyntaxError TypeError URIError',
);

const TYPED_ARRAYS = words(`
  Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array Uint8ClampedArray Uint16Array Uint32Array
`);

export const GLOBALS = new Set([
  ...words(`
    Array ArrayBuffer Boolean Buffer DataView Date Function Infinity JSON Math NaN Number Object Promise RegExp String
    Symbol TextDecoder TextEncoder atob btoa console decodeURI decodeURIComponent encodeURI encodeURIComponent
    globalThis isFinite isNaN parseFloat parseInt undefined
  `),
  ...ERROR_TYPES,
  ...TYPED_ARRAYS,
]);

/** By global, or by `module <name>` for its default import: the members that are documented. */
export const MEMBERS: Readonly<Record<string, ReadonlySet<string>>> = {
  Array: words('isArray of prototype'),
  ArrayBuffer: words('isView prototype'),
  Buffer: words('alloc allocUnsafe byteLength compare concat from isBuffer isEncoding prototype'),
  Date: words('UTC now parse prototype'),
  Function: words('prototype'),
  JSON: words('parse stringify'),
  Math: words(`
    E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp
    expm1 floor fround hypot imul log log1p log2 log10 max min pow random round sign sinh sin sqrt tan tanh trunc
  `),
  Number: words(`
    EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY isFinite
    isInteger isNaN isSafeInteger parseInt parseFloat prototype
  `),
  Object: words(`
    assign create defineProperties defineProperty entries freeze getOwnPropertyDescriptor getOwnPropertyDescriptors
    getOwnPropertyNames getPrototypeOf is isExtensible isFrozen isSealed keys preventExtensions prototype seal values
  `),
  Promise: words('all allSettled any prototype race reject resolve'),
  RegExp: words('prototype'),
  String: words('fromCharCode fromCodePoint prototype'),
  Symbol: words('for keyFor prototype'),
  console: words('log'),
  'module crypto': words('createHash createHmac'),
  'module querystring': words('decode encode escape parse stringify unescape'),
  ...Object.fromEntries([...ERROR_TYPES].map((name) => [name, words('prototype')])),
  ...Object.fromEntries([...TYPED_ARRAYS].map((name) => [name, words('BYTES_PER_ELEMENT from of prototype')])),
};

export const MODULES = words('cloudfront crypto querystring');

export const HASH_ALGORITHMS = words('md5 sha1 sha256');

export const REGEXP_FLAGS = /^[gimy]*$/;

/** Node types (ESTree) of the documented syntax, and those that are judged with the node around them. */
export const SYNTAX = words(`
  ArrayExpression ArrowFunctionExpression AssignmentExpression AwaitExpression BinaryExpression BlockStatement
  BreakStatement CallExpression CatchClause ConditionalExpression ContinueStatement DoWhileStatement EmptyStatement
  ExpressionStatement ForInStatement ForStatement FunctionDeclaration FunctionExpression Identifier IfStatement
  ImportDeclaration ImportDefaultSpecifier ImportNamespaceSpecifier ImportSpecifier LabeledStatement Literal LogicalExpression MemberExpression NewExpression
  ObjectExpression Program Property RestElement ReturnStatement SequenceExpression SwitchCase SwitchStatement
  TemplateElement TemplateLiteral ThisExpression ThrowStatement TryStatement UnaryExpression UpdateExpression
  VariableDeclaration VariableDeclarator WhileStatement YieldExpression
`);

const A_CLASS = { found: 'a class', instead: 'write plain functions over plain objects' };
const DESTRUCTURING = { found: 'destructuring', instead: 'read each property: const uri = request.uri' };
const AN_EXPORT = {
  found: 'an export',
  instead: 'declare function handler(event), which the runtime calls by its name',
};

/** By node type. */
export const REFUSED_SYNTAX: Readonly<Record<string, Advice>> = {
  ArrayPattern: DESTRUCTURING,
  AssignmentPattern: {
    found: 'a default parameter',
    instead: 'write if (limit === undefined) limit = 10 in the function',
  },
  ChainExpression: {
    found: 'optional chaining',
    instead: 'test first: header === undefined ? undefined : header.value',
  },
  ClassDeclaration: A_CLASS,
  ClassExpression: A_CLASS,
  DebuggerStatement: { found: 'debugger', instead: 'remove it' },
  ExportAllDeclaration: AN_EXPORT,
  ExportDefaultDeclaration: AN_EXPORT,
  ExportNamedDeclaration: AN_EXPORT,
  ForOfStatement: { found: 'for-of', instead: 'write a for loop over an index' },
  ImportExpression: { found: 'a dynamic import', instead: 'import it at the top of the file' },
  ObjectPattern: DESTRUCTURING,
  TaggedTemplateExpression: {
    found: 'a tagged template',
    instead: 'call the function with ordinary arguments',
  },
};

const NO_TIMERS = 'remove it: a function runs to its end without timers';
const NO_REFLECTION = 'read and write the properties themselves';
const NO_CODE_FROM_TEXT = 'write the code itself: code made from text throws';

/** By name of a global that is not documented. */
export const INSTEAD_OF_GLOBAL: Readonly<Record<string, string>> = {
  BigInt: 'write a Number',
  Function: NO_CODE_FROM_TEXT,
  Map: 'write a plain object, made by Object.create(null)',
  Proxy: NO_REFLECTION,
  Reflect: NO_REFLECTION,
  Set: 'write a list and includes, or a plain object',
  URL: 'read event.request.uri, which is the path',
  URLSearchParams: 'read event.request.querystring, which is parsed',
  WeakMap: 'write a plain object, made by Object.create(null)',
  WeakSet: 'write a list and includes',
  clearTimeout: NO_TIMERS,
  crypto: "import crypto from 'crypto', which hashes and signs",
  escape: 'write encodeURIComponent',
  eval: NO_CODE_FROM_TEXT,
  fetch: 'read the key value store: there is no network',
  process: 'inline it as a setting: there is no process and no environment',
  queueMicrotask: NO_TIMERS,
  require: "import it at the top of the file: import crypto from 'crypto'",
  setImmediate: NO_TIMERS,
  setInterval: NO_TIMERS,
  setTimeout: NO_TIMERS,
  structuredClone: 'write JSON.parse(JSON.stringify(value))',
  unescape: 'write decodeURIComponent',
};

/** By member, as it is written. */
export const INSTEAD_OF_MEMBER: Readonly<Record<string, string>> = {
  'Array.from': 'write a loop that pushes into a list',
  'Object.fromEntries': 'write a loop that sets one property after the other',
  'Object.hasOwn': 'write Object.prototype.hasOwnProperty.call(object, name)',
  'Object.setPrototypeOf': 'write Object.create(prototype)',
  'String.bytesFrom': 'write Buffer.from(text, encoding)',
  'String.raw': 'write each backslash twice',
  'Symbol.iterator': 'write a for loop over an index',
  'console.debug': 'write console.log',
  'console.error': 'write console.log',
  'console.info': 'write console.log',
  'console.warn': 'write console.log',
  'crypto.randomBytes': 'make random values outside: there is no secure source of them',
  'crypto.subtle': 'write crypto.createHmac',
  'crypto.timingSafeEqual': 'compare every character, with ^ and |, without an early exit',
};

/** By name of a method that strings, lists, buffers or objects lack, whatever it is called on. */
export const METHODS: Readonly<Record<string, string>> = {
  at: 'write list[list.length - 1]',
  bytesFrom: 'write Buffer.from(text, encoding)',
  findLast: 'write a for loop that counts down',
  findLastIndex: 'write a for loop that counts down',
  flat: 'write reduce with concat',
  flatMap: 'write map, then reduce with concat',
  fromBytes: 'write Buffer.from(text, encoding)',
  fromEntries: 'write a loop that sets one property after the other',
  fromUTF8: 'write Buffer.from(text, encoding)',
  hasOwn: 'write Object.prototype.hasOwnProperty.call(object, name)',
  isWellFormed: 'accept ASCII only, by a regular expression',
  localeCompare: 'compare with < and >',
  matchAll: 'write a loop over RegExp exec with the flag g',
  normalize: 'compare the text as it came: the engine does not normalize',
  raw: 'write each backslash twice',
  setPrototypeOf: 'write Object.create(prototype)',
  timingSafeEqual: 'compare every character, with ^ and |, without an early exit',
  toBytes: 'write Buffer.from(text, encoding)',
  toReversed: 'write slice().reverse()',
  toSorted: 'write slice().sort()',
  toSpliced: 'write slice(), then splice',
  toUTF8: 'write Buffer.from(text, encoding)',
  toWellFormed: 'accept ASCII only, by a regular expression',
  with: 'write slice(), then set the element',
};

/** Likewise, but only without an argument: with one it is likely to be a method of our own. */
export const ITERATOR_METHODS: Readonly<Record<string, string>> = {
  entries: 'write a for loop over an index',
  keys: 'write a for loop over an index, or Object.keys(object)',
  values: 'write a for loop over an index, or Object.values(object)',
};

export const INSTEAD_OF_MODULE: Readonly<Record<string, string>> = {
  buffer: 'use the global Buffer, which needs no import',
  'node:buffer': 'use the global Buffer, which needs no import',
  'node:crypto': "write import crypto from 'crypto'",
  'node:querystring': "write import querystring from 'querystring'",
};

/** What a table itself holds under a name, which may be `constructor`. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
