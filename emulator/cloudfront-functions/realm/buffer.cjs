/**
 * `Buffer`, and what else of the runtime turns text into bytes.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html#writing-functions-javascript-features-builtin-modules-buffer-20
 */
(border) => {
  'use strict';

  const { call, bytesOf, textOf } = border;
  const { ArrayBuffer, Array, DataView, Object, RangeError, String, TypeError, Uint8Array } = globalThis;
  const { isInteger } = Number;
  const { min, floor } = Math;
  const arrayFrom = Array.from;

  const ENCODINGS = ['utf8', 'hex', 'base64', 'base64url'];

  function encodingOf(encoding) {
    if (encoding === undefined || encoding === 'utf-8') return 'utf8';
    if (!ENCODINGS.includes(encoding)) throw new TypeError(`"${String(encoding)}" encoding is not supported`);
    return encoding;
  }
  function decoded(text, encoding) {
    return bytesOf(call('decode', text, encodingOf(encoding)));
  }
  function asBuffer(bytes) {
    return new Buffer(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  /** What is looked for, or filled with. */
  function patternOf(value, encoding) {
    if (typeof value === 'string') return decoded(value, encoding);
    return value instanceof Uint8Array ? value : Uint8Array.of(value);
  }
  function checkInside(buffer, offset, size) {
    if (isInteger(offset) && offset >= 0 && offset + size <= buffer.length) return;
    throw new RangeError(`index ${String(offset)} is outside the bound of the buffer`);
  }
  function isAt(buffer, pattern, at) {
    for (let i = 0; i < pattern.length; i++) if (buffer[at + i] !== pattern[i]) return false;
    return true;
  }
  function compared(a, b) {
    const length = min(a.length, b.length);
    for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
    return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
  }
  function swapped(buffer, size) {
    if (buffer.length % size !== 0) throw new RangeError(`Buffer size must be a multiple of ${size * 8}-bits`);
    for (let at = 0; at < buffer.length; at += size) buffer.subarray(at, at + size).reverse();
    return buffer;
  }

  class Buffer extends Uint8Array {
    static from(value, offsetOrEncoding, length) {
      if (typeof value === 'string') return asBuffer(decoded(value, offsetOrEncoding));
      if (value instanceof ArrayBuffer) return new Buffer(value, offsetOrEncoding, length);
      if (typeof value !== 'object' || value === null) throw new TypeError('first argument is not a string or Buffer');
      if (Array.isArray(value) || ArrayBuffer.isView(value)) return asBuffer(Uint8Array.from(value));
      const primitive = value.valueOf();
      if (primitive !== value) return Buffer.from(primitive, offsetOrEncoding, length);
      return asBuffer(Uint8Array.from(value));
    }
    static alloc(size, fill, encoding) {
      const buffer = new Buffer(size);
      return fill === undefined ? buffer : buffer.fill(fill, 0, size, encoding);
    }
    static allocUnsafe(size) {
      return new Buffer(size);
    }
    static byteLength(value, encoding) {
      return typeof value === 'string' ? decoded(value, encoding).length : value.byteLength;
    }
    static compare(a, b) {
      return compared(a, b);
    }
    static concat(list, totalLength) {
      const all = [];
      for (const item of list) for (const byte of item) all.push(byte);
      if (totalLength === undefined) return Buffer.from(all);
      while (all.length < totalLength) all.push(0);
      return Buffer.from(all.slice(0, totalLength));
    }
    static isBuffer(value) {
      return value instanceof Buffer;
    }
    static isEncoding(value) {
      return ENCODINGS.includes(value) || value === 'utf-8';
    }

    compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
      return compared(this.subarray(sourceStart, sourceEnd), target.subarray(targetStart, targetEnd));
    }
    copy(target, targetStart = 0, sourceStart = 0, sourceEnd = this.length) {
      const source = this.subarray(sourceStart, sourceEnd);
      const fitting = source.subarray(0, target.length - min(targetStart, target.length));
      target.set(fitting, min(targetStart, target.length));
      return fitting.length;
    }
    equals(other) {
      return compared(this, other) === 0;
    }
    fill(value, offset, end, encoding) {
      if (typeof offset === 'string') return this.fill(value, 0, this.length, offset);
      if (typeof end === 'string') return this.fill(value, offset, this.length, end);
      const pattern = patternOf(value, encoding);
      const part = this.subarray(offset, end);
      for (let i = 0; i < part.length; i++) part[i] = pattern.length === 0 ? 0 : pattern[i % pattern.length];
      return this;
    }
    includes(value, byteOffset, encoding) {
      return this.indexOf(value, byteOffset, encoding) !== -1;
    }
    indexOf(value, byteOffset = 0, encoding = undefined) {
      if (typeof byteOffset === 'string') return this.indexOf(value, 0, byteOffset);
      const pattern = patternOf(value, encoding);
      const first = byteOffset < 0 ? this.length + byteOffset : byteOffset;
      for (let at = first < 0 ? 0 : first; at + pattern.length <= this.length; at++) {
        if (isAt(this, pattern, at)) return at;
      }
      return -1;
    }
    lastIndexOf(value, byteOffset = this.length, encoding = undefined) {
      if (typeof byteOffset === 'string') return this.lastIndexOf(value, this.length, byteOffset);
      const pattern = patternOf(value, encoding);
      const last = byteOffset < 0 ? this.length + byteOffset : byteOffset;
      for (let at = min(last, this.length - pattern.length); at >= 0; at--) if (isAt(this, pattern, at)) return at;
      return -1;
    }
    slice(start, end) {
      return this.subarray(start, end);
    }
    swap16() {
      return swapped(this, 2);
    }
    swap32() {
      return swapped(this, 4);
    }
    swap64() {
      return swapped(this, 8);
    }
    toJSON() {
      return { type: 'Buffer', data: arrayFrom(this) };
    }
    toString(encoding, start = 0, end = this.length) {
      return call('encode', textOf(this.subarray(start, end)), encodingOf(encoding));
    }
    /** Only whole characters are written. */
    write(text, offset, length, encoding) {
      if (typeof offset === 'string') return this.write(text, 0, this.length, offset);
      if (typeof length === 'string') return this.write(text, offset, this.length, length);
      const start = offset ?? 0;
      const bytes = decoded(text, encoding);
      let count = min(bytes.length, length ?? this.length, this.length - start);
      const isText = encodingOf(encoding) === 'utf8';
      while (isText && count < bytes.length && count > 0 && (bytes[count] & 0xc0) === 0x80) count--;
      this.set(bytes.subarray(0, count), start);
      return count;
    }
  }

  function define(name, value) {
    Object.defineProperty(Buffer.prototype, name, { value, configurable: true, writable: true });
  }

  // biome-ignore format: a table
  const NUMBERS = [['Int8', 'Int8', 1], ['UInt8', 'Uint8', 1], ['Int16', 'Int16', 2], ['UInt16', 'Uint16', 2],
    ['Int32', 'Int32', 4], ['UInt32', 'Uint32', 4], ['Float', 'Float32', 4], ['Double', 'Float64', 8]];
  for (const [name, type, size] of NUMBERS) {
    for (const order of size === 1 ? [''] : ['BE', 'LE']) {
      const viewOf = (buffer, offset) => {
        checkInside(buffer, offset, size);
        return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
      };
      define(`read${name}${order}`, function read(offset = 0) {
        return viewOf(this, offset)[`get${type}`](offset, order === 'LE');
      });
      define(`write${name}${order}`, function write(value, offset = 0) {
        viewOf(this, offset)[`set${type}`](offset, value, order === 'LE');
        return offset + size;
      });
    }
  }

  /** The places of a number's bytes, the least first. */
  function placesOf(buffer, offset, size, order) {
    if (!isInteger(size) || size < 1 || size > 6) throw new RangeError('byteLength must be from 1 to 6');
    checkInside(buffer, offset, size);
    return Array.of(0, 1, 2, 3, 4, 5)
      .slice(0, size)
      .map((i) => (order === 'LE' ? offset + i : offset + size - 1 - i));
  }
  for (const order of ['BE', 'LE']) {
    const unsigned = (buffer, offset, size) =>
      placesOf(buffer, offset, size, order).reduce((sum, place, i) => sum + buffer[place] * 2 ** (8 * i), 0);
    const write = function write(value, offset, size) {
      placesOf(this, offset, size, order).forEach((place, i) => {
        this[place] = floor(value / 2 ** (8 * i)) % 256;
      });
      return offset + size;
    };
    define(`readUInt${order}`, function read(offset, size) {
      return unsigned(this, offset, size);
    });
    define(`readInt${order}`, function read(offset, size) {
      const value = unsigned(this, offset, size);
      return value < 2 ** (8 * size - 1) ? value : value - 2 ** (8 * size);
    });
    define(`writeUInt${order}`, write);
    define(`writeInt${order}`, write);
  }

  class TextEncoder {
    encode(text = '') {
      return decoded(text);
    }
    encodeInto(text, target) {
      const buffer = asBuffer(target);
      const written = buffer.write(`${text}`);
      return { read: buffer.toString('utf8', 0, written).length, written };
    }
  }

  class TextDecoder {
    #fatal;
    #ignoreBOM;
    constructor(label = 'utf-8', options = {}) {
      if (label !== 'utf-8' && label !== 'utf8')
        throw new RangeError(`The "${String(label)}" encoding is not supported`);
      this.#fatal = options.fatal === true;
      this.#ignoreBOM = options.ignoreBOM === true;
    }
    get encoding() {
      return 'utf-8';
    }
    get fatal() {
      return this.#fatal;
    }
    get ignoreBOM() {
      return this.#ignoreBOM;
    }
    decode(bytes = new Uint8Array(0)) {
      const view = bytes instanceof ArrayBuffer ? bytes : bytes.buffer;
      const all = new Uint8Array(view, bytes.byteOffset ?? 0, bytes.byteLength);
      try {
        return call('text', textOf(all), this.#fatal, this.#ignoreBOM);
      } catch {
        throw new TypeError('The encoded data was not valid');
      }
    }
  }

  return {
    Buffer,
    TextEncoder,
    TextDecoder,
    atob: (text) => textOf(decoded(`${text}`, 'base64')),
    btoa: (text) => call('encode', `${text}`, 'base64'),
  };
};
