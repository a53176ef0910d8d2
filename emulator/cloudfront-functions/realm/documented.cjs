/**
 * What the runtimes document of the language's own objects: own properties by object, beside `length`,
 * `name`, `prototype` and `constructor`. Of ECMAScript 5.1, what the engine has, too.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-10.html
 */
(isFirst) => {
  'use strict';

  // biome-ignore format: lists of names
  const both = {
    Object: 'assign create defineProperties defineProperty entries freeze getOwnPropertyDescriptor getOwnPropertyNames getPrototypeOf is isExtensible isFrozen isSealed keys preventExtensions seal setPrototypeOf values',
    'Object.prototype': 'hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf',
    String: 'fromCharCode fromCodePoint',
    'String.prototype': 'charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf match padEnd padStart repeat replace search slice split startsWith substr substring toLowerCase toString toUpperCase trim trimEnd trimStart valueOf',
    Number: 'EPSILON MAX_SAFE_INTEGER MAX_VALUE MIN_SAFE_INTEGER MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY isFinite isInteger isNaN isSafeInteger parseFloat parseInt',
    'Number.prototype': 'toExponential toFixed toPrecision toString valueOf',
    Boolean: '',
    'Boolean.prototype': 'toString valueOf',
    Math: 'E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround hypot imul log log10 log1p log2 max min pow random round sign sin sinh sqrt tan tanh trunc',
    Date: 'UTC now parse',
    'Date.prototype': 'getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds toDateString toISOString toJSON toLocaleDateString toLocaleString toLocaleTimeString toString toTimeString toUTCString valueOf',
    Function: '',
    'Function.prototype': 'apply bind call',
    RegExp: '',
    'RegExp.prototype': 'exec global ignoreCase multiline source test toString',
    JSON: 'parse stringify',
    Array: 'isArray of',
    'Array.prototype': 'concat copyWithin every fill filter find findIndex forEach includes indexOf join lastIndexOf map pop push reduce reduceRight reverse shift slice some sort splice toString unshift',
    TypedArray: '',
    'TypedArray.prototype': 'buffer byteLength byteOffset copyWithin fill join set slice subarray toString',
    ArrayBuffer: 'isView',
    'ArrayBuffer.prototype': 'byteLength slice',
    Promise: 'reject resolve',
    'Promise.prototype': 'catch finally then',
    Error: 'prepareStackTrace',
    'Error.prototype': 'message toString',
  };
  // biome-ignore format: lists of names
  const second = {
    Object: 'getOwnPropertyDescriptors',
    'String.prototype': 'replaceAll',
    'RegExp.prototype': 'flags sticky',
    TypedArray: 'from of',
    'TypedArray.prototype': 'every filter find findIndex forEach includes indexOf lastIndexOf map reduce reduceRight reverse some sort',
    Promise: 'all allSettled any race',
    DataView: '',
    'DataView.prototype': 'buffer byteLength byteOffset getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 getUint32 getUint8 setFloat32 setFloat64 setInt16 setInt32 setInt8 setUint16 setUint32 setUint8',
    Symbol: 'for keyFor replace split',
    'Symbol.prototype': 'toString valueOf',
  };
  const first = {
    String: 'bytesFrom',
    'String.prototype': 'fromBytes fromUTF8 toBytes toUTF8',
  };

  // biome-ignore format: lists of names
  const globals = 'Object String Number Boolean Array Math Function RegExp JSON Promise ArrayBuffer Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array Uint8ClampedArray Uint16Array Uint32Array Error EvalError RangeError ReferenceError SyntaxError TypeError URIError InternalError Date globalThis decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt NaN Infinity undefined eval console require';
  const added = isFirst ? 'MemoryError' : 'DataView Symbol Buffer TextEncoder TextDecoder atob btoa';

  const names = (text) => text.split(' ').filter((name) => name !== '');
  const more = isFirst ? first : second;
  const properties = Object.fromEntries(
    Object.keys({ ...both, ...more }).map((owner) => [
      owner,
      ['length', 'name', 'prototype', 'constructor', ...names(both[owner] ?? ''), ...names(more[owner] ?? '')],
    ]),
  );
  return { globals: [...names(globals), ...names(added)], properties };
};
