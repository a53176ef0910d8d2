/**
 * The modules `crypto` and `querystring`.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html#writing-functions-javascript-features-builtin-modules-20
 */
(border, Buffer, byteStrings) => {
  'use strict';

  const { call, bytesOf, textOf } = border;
  const { Array, Error, Object, TypeError, Uint8Array, isFinite } = globalThis;
  const { isArray } = Array;
  const { keys } = Object;

  /** A byte string of runtime 1.0 is its bytes; any other text is its UTF-8. */
  function dataOf(data) {
    if (data instanceof Uint8Array) return textOf(data);
    if (typeof data !== 'string') throw new TypeError('data is not a string or Buffer-like object');
    return byteStrings.has(data) ? data : call('decode', data, 'utf8');
  }

  function digester(operation, algorithm, key) {
    if (!['md5', 'sha1', 'sha256'].includes(algorithm)) throw new TypeError(`not supported algorithm: "${algorithm}"`);
    let data = '';
    let isOver = false;
    const self = {
      update(more) {
        if (isOver) throw new Error('Digest already called');
        data += dataOf(more);
        return self;
      },
      digest(encoding) {
        if (isOver) throw new Error('Digest already called');
        isOver = true;
        const bytes = call(operation, algorithm, data, key);
        if (encoding === undefined) return byteStrings.isUsed ? byteStrings.of(bytes) : Buffer.from(bytesOf(bytes));
        if (!['hex', 'base64', 'base64url'].includes(encoding))
          throw new TypeError(`Unknown digest encoding: "${encoding}"`);
        return call('encode', bytes, encoding);
      },
    };
    return self;
  }
  const crypto = {
    createHash: (algorithm) => digester('hash', algorithm, ''),
    createHmac: (algorithm, key) => digester('hmac', algorithm, dataOf(key)),
  };

  const escape = (text) => call('querystring.escape', text);
  const unescape = (text) => call('querystring.unescape', text);

  /** What the caller's own function cannot decode is decoded by ours, as Node.js does. */
  function decodedBy(decode, text) {
    try {
      return decode(text);
    } catch {
      return unescape(text);
    }
  }

  function parse(text, separator = '&', equal = '=', options = {}) {
    const { decodeURIComponent: decode = unescape, maxKeys = 1000 } = Object(options);
    const parsed = {};
    if (typeof text !== 'string') return parsed;
    const parts = text.split(separator || '&').filter((part) => part !== '');
    for (const part of maxKeys > 0 ? parts.slice(0, maxKeys) : parts) {
      const at = part.indexOf(equal || '=');
      const [name, value] = (at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + (equal || '=').length)]).map(
        (item) => decodedBy(decode, item.split('+').join(' ')),
      );
      if (!keys(parsed).includes(name)) parsed[name] = value;
      else if (isArray(parsed[name])) parsed[name].push(value);
      else parsed[name] = [parsed[name], value];
    }
    return parsed;
  }

  function stringify(object, separator = '&', equal = '=', options = {}) {
    const { encodeURIComponent: encode = escape } = Object(options);
    const textOfValue = (value) => {
      const isText =
        typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && isFinite(value));
      return encode(isText ? `${value}` : '');
    };
    if (typeof object !== 'object' || object === null) return '';
    return keys(object)
      .map((name) =>
        (isArray(object[name]) ? object[name] : [object[name]])
          .map((value) => `${encode(name)}${equal}${textOfValue(value)}`)
          .join(separator),
      )
      .filter((part) => part !== '')
      .join(separator);
  }

  return { crypto, querystring: { parse, stringify, escape, unescape, decode: parse, encode: stringify } };
};
