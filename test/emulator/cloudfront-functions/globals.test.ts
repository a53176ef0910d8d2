/** The realm has what its runtime documents, and nothing else: each object's own names against the pages'. */
import { describe, expect, test } from 'vitest';
import { evaluated } from '../../support/function-run.ts';
import { describeNjs } from '../../support/njs.ts';

interface Documented {
  readonly globals: string;
  /** Beside `length`, `name`, `prototype` and `constructor`. */
  readonly properties: Readonly<Record<string, string>>;
  readonly see: string;
}

const ERRORS = 'Error EvalError InternalError RangeError ReferenceError SyntaxError TypeError URIError';
const TYPED =
  'Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array Uint8ClampedArray Uint16Array Uint32Array';
const CONSTANTS = 'NaN Infinity undefined globalThis eval require console';
const FUNCTIONS = 'decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt';
const OBJECTS = 'Object String Number Boolean Math Date Function RegExp JSON Array ArrayBuffer Promise';

/** Of ECMAScript 5.1, what the pages leave out and everybody uses: `charCodeAt`, `toString`, `valueOf`. */
const SHARED = {
  Boolean: '',
  'Boolean.prototype': 'toString valueOf',
  'Number.prototype': 'toExponential toFixed toPrecision toString valueOf',
  Number:
    'EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER MAX_VALUE MIN_VALUE NaN NEGATIVE_INFINITY POSITIVE_INFINITY isFinite isInteger isNaN isSafeInteger parseInt parseFloat',
  Math: 'E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround hypot imul log log1p log2 log10 max min pow random round sign sinh sin sqrt tan tanh trunc',
  Date: 'UTC now parse',
  Function: '',
  'Function.prototype': 'apply bind call',
  RegExp: '',
  JSON: 'parse stringify',
  Array: 'isArray of',
  'Array.prototype':
    'concat every filter forEach indexOf join lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice unshift copyWithin fill find findIndex includes toString',
  ArrayBuffer: 'isView',
  'ArrayBuffer.prototype': 'slice byteLength',
  'Promise.prototype': 'catch finally then',
  'Object.prototype': 'hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf',
  // Guarded, so that no function sees how the host writes a stack.
  Error: 'prepareStackTrace',
  'Error.prototype': 'message toString',
  console: 'log',
};
const OBJECT =
  'create defineProperties defineProperty freeze getOwnPropertyDescriptor getOwnPropertyNames getPrototypeOf isExtensible isFrozen isSealed keys preventExtensions seal assign entries values is setPrototypeOf';
const STRING =
  'charAt charCodeAt concat indexOf lastIndexOf match replace search slice split substr substring toLowerCase trim toUpperCase codePointAt endsWith includes repeat startsWith padStart padEnd trimStart trimEnd toString valueOf';
const NUMBERS = ['Int16', 'Int32', 'UInt16', 'UInt32', 'Int', 'UInt', 'Float', 'Double'].flatMap((name) => [
  `${name}BE`,
  `${name}LE`,
]);
const BUFFER_NUMBERS = [...NUMBERS, 'Int8', 'UInt8'].flatMap((name) => [`read${name}`, `write${name}`]).join(' ');
const VIEWS = ['Float32', 'Float64', 'Int16', 'Int32', 'Int8', 'Uint16', 'Uint32', 'Uint8'];

const FIRST: Documented = {
  see: 'functions-javascript-runtime-10',
  globals: `${OBJECTS} ${TYPED} ${ERRORS} MemoryError ${FUNCTIONS} ${CONSTANTS}`,
  properties: {
    ...SHARED,
    Object: OBJECT,
    String: 'fromCharCode fromCodePoint bytesFrom',
    'String.prototype': `${STRING} fromBytes fromUTF8 toBytes toUTF8`,
    'RegExp.prototype': 'global ignoreCase multiline source exec test toString',
    TypedArray: '',
    'TypedArray.prototype': 'buffer byteLength byteOffset copyWithin fill join set slice subarray toString',
    Promise: 'reject resolve',
  },
};

const SECOND: Documented = {
  see: 'reference 1.3, functions-javascript-runtime-20',
  globals: `${OBJECTS} ${TYPED} ${ERRORS} ${FUNCTIONS} ${CONSTANTS} DataView Symbol Buffer TextEncoder TextDecoder atob btoa`,
  properties: {
    ...SHARED,
    Object: `${OBJECT} getOwnPropertyDescriptors`,
    String: 'fromCharCode fromCodePoint',
    'String.prototype': `${STRING} replaceAll`,
    'RegExp.prototype': 'global ignoreCase multiline source sticky flags exec test toString',
    TypedArray: 'from of',
    'TypedArray.prototype':
      'buffer byteLength byteOffset copyWithin every fill filter find findIndex forEach includes indexOf join lastIndexOf map reduce reduceRight reverse some set slice sort subarray toString',
    Promise: 'all allSettled any reject resolve race',
    DataView: '',
    'DataView.prototype': `buffer byteLength byteOffset ${VIEWS.map((view) => `get${view} set${view}`).join(' ')}`,
    Symbol: 'for keyFor replace split',
    'Symbol.prototype': 'toString valueOf',
    TextDecoder: '',
    'TextDecoder.prototype': 'decode encoding fatal ignoreBOM',
    TextEncoder: '',
    'TextEncoder.prototype': 'encode encodeInto',
    Buffer: 'alloc allocUnsafe byteLength compare concat from isBuffer isEncoding',
    'Buffer.prototype': `compare copy equals fill includes indexOf lastIndexOf slice subarray swap16 swap32 swap64 toJSON toString write ${BUFFER_NUMBERS}`,
    'require("crypto")': 'createHash createHmac',
    'require("querystring")': 'decode encode escape parse stringify unescape',
    cf: 'createRequestOriginGroup cwt distributionTenant edgeLocation kvs logCustomData selectRequestOriginById updateRequestOrigin',
    'cf.cwt': 'generateToken validateToken',
    'cf.kvs()': 'exists get meta',
    'cf.edgeLocation': 'name region serverIp',
  },
};

const IMPLIED = ['length', 'name', 'prototype', 'constructor'];

function sorted(names: string): string[] {
  return names
    .split(' ')
    .filter((name) => name !== '')
    .sort();
}

/** `TypedArray` has no name of its own. */
function namesOf(owner: string): string {
  const object = owner.replace('TypedArray', 'Object.getPrototypeOf(Uint8Array)');
  return `Object.getOwnPropertyNames(${object})`;
}

describe.each([
  { runtime: 'cloudfront-js-1.0', documented: FIRST },
  { runtime: 'cloudfront-js-2.0', documented: SECOND },
] as const)('$runtime', ({ runtime, documented }) => {
  test('has its globals', async () => {
    const globals = (await evaluated('Object.getOwnPropertyNames(globalThis)', { runtime })) as string[];
    const known = globals.filter((name) => !['handler', '__import', '__run'].includes(name)).sort();
    expect(known).toEqual(sorted(documented.globals));
  });

  test.each(Object.entries(documented.properties))('has what is documented of %s', async (owner, names) => {
    const own = (await evaluated(namesOf(owner), { runtime })) as string[];
    const listed = sorted(names);
    expect(own.filter((name) => listed.includes(name) || !IMPLIED.includes(name)).sort()).toEqual(
      owner === 'Buffer.prototype' ? listed.filter((name) => name !== 'subarray') : listed,
    );
  });
});

describeNjs('the list for runtime 2.0', () => {
  const LATER = ['replaceAll'];
  test.each(Object.entries(SECOND.properties))('has only what njs has of %s, too', async (owner, names) => {
    const missing = (await evaluated(
      `${JSON.stringify(sorted(names))}.filter(function (name) {
      return !(name in ${owner.replace('TypedArray', 'Object.getPrototypeOf(Uint8Array)')}); })`,
      { engine: 'njs' },
    )) as string[];
    const later = owner === 'Error' ? ['prepareStackTrace'] : LATER;
    expect(missing.filter((name) => !later.includes(name))).toEqual([]);
  });
});
