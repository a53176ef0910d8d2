/**
 * The realm of runtime cloudfront-js-2.0: run as a script in an empty vm context, before the
 * function's own code. It takes away what the runtime does not document, and adds its modules.
 *
 * No object of the host may reach the function: whoever holds one host function holds `process`.
 * The one host function, `host`, stays in this closure, takes strings and returns a string, and
 * whatever it throws (a stack overflow would be a host error) is replaced here.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
(host) => {
  'use strict';

  const { parse, stringify } = JSON;
  const { defineProperty, freeze, getOwnPropertyNames, create } = Object;
  const { Error, TypeError, Promise, String, Uint8Array, ArrayBuffer, Array, Date: RealDate } = globalThis;
  const { fromCharCode } = String;
  const { min } = Math;
  const arrayFrom = Array.from;
  const then = Function.prototype.call.bind(Promise.prototype.then);

  /** One call out of the realm; `ok` answers are prefixed by `+`, failures by `-`. */
  function call(operation, a, b, c) {
    let answer;
    try {
      answer = host(`${operation}`, `${a}`, `${b}`, `${c}`);
    } catch {
      answer = '-internal error';
    }
    if (answer[0] === '+') return answer.slice(1);
    throw new Error(answer.slice(1));
  }

  // The bytes of a string of char codes, and back: how bytes cross the border.
  function bytesOf(text) {
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  }
  function textOf(bytes) {
    let text = '';
    for (let i = 0; i < bytes.length; i++) text += fromCharCode(bytes[i]);
    return text;
  }
  function dataOf(data) {
    return typeof data === 'string' ? call('decode', data, 'utf8') : textOf(data);
  }

  const ENCODINGS = ['utf8', 'hex', 'base64', 'base64url'];

  class Buffer extends Uint8Array {
    static from(value, encoding) {
      if (typeof value === 'string') return asBuffer(bytesOf(call('decode', value, encodingOf(encoding))));
      if (value instanceof ArrayBuffer) return new Buffer(value);
      return asBuffer(Uint8Array.from(value));
    }
    static alloc(size, fill) {
      const buffer = new Buffer(size);
      return fill === undefined ? buffer : buffer.fill(fill);
    }
    static allocUnsafe(size) {
      return new Buffer(size);
    }
    static byteLength(value, encoding) {
      return typeof value === 'string' ? Buffer.from(value, encoding).length : value.byteLength;
    }
    static compare(a, b) {
      return a.compare(b);
    }
    static concat(list, totalLength) {
      const all = [];
      for (const item of list) for (const byte of item) all.push(byte);
      return Buffer.from(totalLength === undefined ? all : all.slice(0, totalLength));
    }
    static isBuffer(value) {
      return value instanceof Buffer;
    }
    static isEncoding(value) {
      return ENCODINGS.includes(value);
    }
    toString(encoding, start, end) {
      return call('encode', textOf(this.subarray(start ?? 0, end ?? this.length)), encodingOf(encoding));
    }
    toJSON() {
      return { type: 'Buffer', data: arrayFrom(this) };
    }
    equals(other) {
      return this.compare(other) === 0;
    }
    compare(other) {
      const length = min(this.length, other.length);
      for (let i = 0; i < length; i++) if (this[i] !== other[i]) return this[i] < other[i] ? -1 : 1;
      return this.length === other.length ? 0 : this.length < other.length ? -1 : 1;
    }
    slice(start, end) {
      return this.subarray(start, end);
    }
  }

  function asBuffer(bytes) {
    return new Buffer(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  function encodingOf(encoding) {
    if (encoding === undefined || encoding === 'utf-8') return 'utf8';
    if (!ENCODINGS.includes(encoding)) throw new TypeError(`"${String(encoding)}" encoding is not supported`);
    return encoding;
  }

  function digester(operation, algorithm, key) {
    if (!['md5', 'sha1', 'sha256'].includes(algorithm)) throw new TypeError(`not supported algorithm: "${algorithm}"`);
    let data = '';
    const self = {
      update(more) {
        data += dataOf(more);
        return self;
      },
      digest(encoding) {
        const bytes = bytesOf(call(operation, algorithm, data, key));
        return encoding === undefined ? asBuffer(bytes) : asBuffer(bytes).toString(encoding);
      },
    };
    return self;
  }
  const crypto = {
    createHash: (algorithm) => digester('hash', algorithm, ''),
    createHmac: (algorithm, key) => digester('hmac', algorithm, dataOf(key)),
  };

  const querystring = {
    parse: (text) => parse(call('querystring.parse', text)),
    stringify: (value) => call('querystring.stringify', stringify(value)),
    escape: (text) => call('querystring.escape', text),
    unescape: (text) => call('querystring.unescape', text),
  };
  querystring.decode = querystring.parse;
  querystring.encode = querystring.stringify;

  /** The call runs inside a promise, so that a missing key rejects. */
  function settled(run) {
    return new Promise((resolve) => resolve(run()));
  }
  const store = {
    get: (key, options) =>
      settled(() => {
        const value = call('store.get', key);
        const format = options === undefined ? 'string' : options.format;
        if (format === 'json') return parse(value);
        return format === 'bytes' ? Buffer.from(value) : value;
      }),
    exists: (key) => settled(() => call('store.exists', key) === 'true'),
    meta: () => settled(() => parse(call('store.meta'))),
  };

  let origin = null;
  const edgeLocation = { name: '', serverIp: '', region: '' };
  const cloudfront = {
    kvs: () => store,
    createRequestOriginGroup: (parameters) => {
      origin = stringify(parameters);
    },
    edgeLocation,
  };

  const modules = create(null);
  modules.cloudfront = cloudfront;
  modules.crypto = crypto;
  modules.querystring = querystring;
  function require(name) {
    const found = modules[name];
    if (found === undefined) throw new Error(`Cannot load module "${String(name)}"`);
    return found;
  }

  let lines = [];
  const console = {
    log(value) {
      lines.push(typeof value === 'string' ? value : typeof value === 'object' ? stringify(value) : String(value));
    },
  };

  /** Frozen at the start of each run. */
  let now = 0;
  function Date(...parts) {
    if (new.target === undefined) return new RealDate(now).toString();
    return parts.length === 0 ? new RealDate(now) : new RealDate(...parts);
  }
  Date.prototype = RealDate.prototype;
  Date.prototype.constructor = Date;
  Date.now = () => now;
  Date.parse = RealDate.parse;
  Date.UTC = RealDate.UTC;

  class TextEncoder {
    encode(text) {
      return bytesOf(call('decode', text, 'utf8'));
    }
  }
  class TextDecoder {
    decode(bytes) {
      return call('encode', textOf(bytes), 'utf8');
    }
  }

  /** Undefined: the value that the language gives. */
  const globals = {
    // biome-ignore format: a list of names
    ...Object.fromEntries(['Object', 'String', 'Number', 'Boolean', 'Array', 'Math', 'Function', 'RegExp', 'JSON',
      'Promise', 'Symbol', 'ArrayBuffer', 'DataView', 'Float32Array', 'Float64Array', 'Int8Array', 'Int16Array',
      'Int32Array', 'Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'Error', 'EvalError', 'RangeError',
      'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'globalThis', 'decodeURI', 'decodeURIComponent',
      'encodeURI', 'encodeURIComponent', 'isFinite', 'isNaN', 'parseFloat', 'parseInt', 'NaN', 'Infinity', 'undefined',
      'eval'].map((name) => [name, undefined])),
    atob: (text) => textOf(Buffer.from(text, 'base64')),
    btoa: (text) => call('encode', text, 'base64'),
    Buffer,
    Date,
    TextEncoder,
    TextDecoder,
    console,
    require,
  };

  /** Methods of the language's own objects that the runtime does not list. */
  const absent = [
    [Object, ['fromEntries', 'groupBy', 'hasOwn', 'setPrototypeOf', 'getOwnPropertySymbols']],
    [String, ['raw']],
    [String.prototype, ['at', 'isWellFormed', 'localeCompare', 'matchAll', 'normalize', 'toWellFormed']],
    [Array, ['from', 'fromAsync']],
    // biome-ignore format: a list of names
    [Array.prototype, ['at', 'entries', 'findLast', 'findLastIndex', 'flat', 'flatMap', 'keys', 'toReversed',
      'toSorted', 'toSpliced', 'values', 'with']],
    [Promise, ['try', 'withResolvers']],
    [Error, ['captureStackTrace', 'stackTraceLimit']],
  ];

  /** `import cf from 'cloudfront'` becomes a call of this. */
  defineProperty(globalThis, '__import', { value: (name) => require(name), enumerable: false });
  for (const name of getOwnPropertyNames(globalThis)) {
    if (name !== '__import' && !(name in globals)) delete globalThis[name];
  }
  for (const name of getOwnPropertyNames(globals)) {
    if (globals[name] !== undefined)
      defineProperty(globalThis, name, { value: globals[name], configurable: true, writable: true });
  }
  for (const [owner, names] of absent) for (const name of names) delete owner[name];
  defineProperty(Error, 'prepareStackTrace', { value: undefined, writable: false, configurable: false });

  let outcome = null;
  /** Whatever the function returned or threw is only looked at in here: its getters may throw, too. */
  function settle(value) {
    try {
      outcome = stringify({ value, origin: origin === null ? null : parse(origin), lines });
    } catch (error) {
      fail(error);
    }
  }
  function fail(error) {
    let text = 'Error';
    try {
      text = error instanceof Error ? `${error.name}: ${error.message}` : `${error}`;
      outcome = stringify({ error: text, lines });
    } catch {
      outcome = '{"error":"Error","lines":[]}';
    }
  }

  return freeze({
    /** Sets up one run. What it returns is called by a script, so that microtasks end inside that. */
    prepare(event, time, location) {
      now = time;
      origin = null;
      lines = [];
      outcome = null;
      const place = parse(location);
      edgeLocation.name = place.name;
      edgeLocation.serverIp = place.serverIp;
      edgeLocation.region = place.region;
      const parsed = parse(event);
      const raw = parsed.rawQueryString;
      delete parsed.rawQueryString;
      defineProperty(parsed.request, 'rawQueryString', { value: () => raw, enumerable: false });
      return function run(handler) {
        try {
          const result = handler()(parsed);
          if (result instanceof Promise) then(result, settle, fail);
          else settle(result);
        } catch (error) {
          fail(error);
        }
      };
    },
    /** The outcome as JSON; null when the handler never finished. */
    outcome: () => outcome,
  });
};
