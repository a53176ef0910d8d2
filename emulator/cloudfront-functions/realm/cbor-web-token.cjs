/**
 * `cf.cwt`: CBOR Web Tokens as COSE_Mac0 with HS256. It runs in the realm and in njs, so it is written
 * in the language of both.
 *
 * The pages contradict each other on the order of the arguments and on the names of the headers: either
 * is taken. Only the MAC is checked, never a claim.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cwt-support-cloudfront-functions.html
 * @see https://www.rfc-editor.org/rfc/rfc8392 https://www.rfc-editor.org/rfc/rfc9052#section-6.2 https://www.rfc-editor.org/rfc/rfc8949
 */
(Buffer, createHmac) => {
  'use strict';

  const MAX_TOKEN_BYTES = 1024;
  const CWT_TAG = 61;
  const COSE_MAC0_TAG = 17;
  const ALGORITHM = '1';
  const HMAC_256 = 5;

  function writeHead(major, value, out) {
    const width = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x100000000 ? 4 : 8;
    const info = { 0: value, 1: 24, 2: 25, 4: 26, 8: 27 }[width];
    out.push(major * 32 + info);
    for (let i = width - 1; i >= 0; i--) out.push(Math.floor(value / 256 ** i) % 256);
  }

  function writeBytes(major, bytes, out) {
    writeHead(major, bytes.length, out);
    for (let i = 0; i < bytes.length; i++) out.push(bytes[i]);
  }

  function writeNumber(value, out) {
    if (Number.isSafeInteger(value)) {
      writeHead(value < 0 ? 1 : 0, value < 0 ? -1 - value : value, out);
      return;
    }
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value, 0);
    out.push(0xfb);
    for (let i = 0; i < 8; i++) out.push(bytes[i]);
  }

  /** Keys of an object are texts: one that reads as a whole number is written as that. */
  function writeMap(map, out) {
    const names = Object.keys(map);
    writeHead(5, names.length, out);
    names.forEach((name) => {
      write(/^(0|-?[1-9][0-9]*)(?![\s\S])/.test(name) ? Number(name) : name, out);
      write(map[name], out);
    });
  }

  function write(value, out) {
    if (typeof value === 'number') writeNumber(value, out);
    else if (typeof value === 'string') writeBytes(3, Buffer.from(value), out);
    else if (typeof value === 'boolean') out.push(value ? 0xf5 : 0xf4);
    else if (value === null || value === undefined) out.push(0xf6);
    else if (Buffer.isBuffer(value)) writeBytes(2, value, out);
    else if (Array.isArray(value)) {
      writeHead(4, value.length, out);
      for (let i = 0; i < value.length; i++) write(value[i], out);
    } else if (typeof value === 'object') writeMap(value, out);
    else throw new TypeError('the token holds what CBOR cannot');
  }

  function encoded(value) {
    const out = [];
    write(value, out);
    return Buffer.from(out);
  }

  function malformed() {
    return new Error('the token is malformed');
  }

  function take(cursor, length) {
    const start = cursor.at;
    cursor.at += length;
    if (cursor.at > cursor.bytes.length) throw malformed();
    return cursor.bytes.subarray(start, cursor.at);
  }

  function readHead(cursor) {
    const initial = take(cursor, 1)[0];
    const info = initial % 32;
    const width = { 24: 1, 25: 2, 26: 4, 27: 8 }[info];
    if (info > 23 && width === undefined) throw malformed();
    let value = info;
    const bytes = info < 24 ? [] : take(cursor, width);
    if (info > 23) value = 0;
    for (let i = 0; i < bytes.length; i++) value = value * 256 + bytes[i];
    return { major: Math.floor(initial / 32), info: info, value: value, bytes: bytes };
  }

  function readSimple(head) {
    if (head.info === 20 || head.info === 21) return head.info === 21;
    if (head.info === 22) return null;
    if (head.info === 23) return undefined;
    if (head.info === 26) return head.bytes.readFloatBE(0);
    if (head.info === 27) return head.bytes.readDoubleBE(0);
    throw malformed();
  }

  function readMap(cursor, count) {
    const map = {};
    for (let i = 0; i < count; i++) {
      const key = read(cursor);
      if (typeof key !== 'number' && typeof key !== 'string') throw malformed();
      const value = read(cursor);
      Object.defineProperty(map, String(key), { value: value, enumerable: true, configurable: true, writable: true });
    }
    return map;
  }

  function readList(cursor, count) {
    const list = [];
    for (let i = 0; i < count; i++) list.push(read(cursor));
    return list;
  }

  function read(cursor) {
    const head = readHead(cursor);
    if (head.major === 0) return head.value;
    if (head.major === 1) return -1 - head.value;
    if (head.major === 2) return Buffer.from(take(cursor, head.value));
    if (head.major === 3) return Buffer.from(take(cursor, head.value)).toString();
    if (head.major === 4) return readList(cursor, head.value);
    if (head.major === 5) return readMap(cursor, head.value);
    if (head.major === 6) return read(cursor);
    return readSimple(head);
  }

  function decoded(bytes) {
    const cursor = { bytes: bytes, at: 0 };
    const value = read(cursor);
    if (cursor.at !== bytes.length) throw malformed();
    return value;
  }

  function mapOf(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || Buffer.isBuffer(value))
      throw malformed();
    return value;
  }

  function macOf(protectedBytes, payloadBytes, key) {
    if (typeof key !== 'string' && !Buffer.isBuffer(key)) throw new TypeError('key must be a string or a Buffer');
    const input = encoded(['MAC0', protectedBytes, Buffer.alloc(0), payloadBytes]);
    return createHmac('sha256', key).update(input).digest();
  }

  function checkAlgorithm(headers) {
    if (Number(headers[ALGORITHM]) !== HMAC_256) throw new Error('the algorithm must be HS256');
  }

  /** Takes as long for any wrong MAC. */
  function isSame(a, b) {
    let difference = a.length ^ b.length;
    for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
    return difference === 0;
  }

  function untagged(token) {
    const cursor = { bytes: token, at: 0 };
    let head = readHead(cursor);
    if (head.major === 6 && head.value === CWT_TAG) head = readHead(cursor);
    if (head.major !== 6 || head.value !== COSE_MAC0_TAG) throw malformed();
    return decoded(token.subarray(cursor.at));
  }

  function validateToken(token, context) {
    if (!Buffer.isBuffer(token)) throw new TypeError('the token must be a Buffer');
    if (token.length > MAX_TOKEN_BYTES) throw new RangeError('the token is larger than 1 KB');
    const parts = untagged(token);
    if (!Array.isArray(parts) || parts.length !== 4) throw malformed();
    if (![0, 2, 3].every((i) => Buffer.isBuffer(parts[i]))) throw malformed();
    const protectedHeaders = parts[0].length === 0 ? {} : mapOf(decoded(parts[0]));
    checkAlgorithm(protectedHeaders);
    if (!isSame(macOf(parts[0], parts[2], Object(context).key), parts[3])) throw new Error('the MAC does not match');
    return {
      protectedHeaders: protectedHeaders,
      unprotectedHeaders: mapOf(parts[1]),
      payload: mapOf(decoded(parts[2])),
    };
  }

  function generateToken(first, second) {
    const isContextFirst = Object(first).coseTag !== undefined;
    const context = Object(isContextFirst ? first : second);
    const token = Object(isContextFirst ? second : first);
    if (context.coseTag !== 'MAC0') throw new TypeError('coseTag must be MAC0');
    const headers = mapOf(token.protected || token.protectedHeaders);
    checkAlgorithm(headers);
    const protectedBytes = encoded(headers);
    const payloadBytes = encoded(mapOf(token.payload));
    const unprotected = mapOf(token.unprotected || token.unprotectedHeaders || {});
    const out = [];
    if (context.cwtTag === true) writeHead(6, CWT_TAG, out);
    writeHead(6, COSE_MAC0_TAG, out);
    write([protectedBytes, unprotected, payloadBytes, macOf(protectedBytes, payloadBytes, context.key)], out);
    if (out.length > MAX_TOKEN_BYTES) throw new RangeError('the token is larger than 1 KB');
    return Buffer.from(out);
  }

  return { validateToken: validateToken, generateToken: generateToken };
};
