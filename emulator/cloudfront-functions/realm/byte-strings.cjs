/**
 * The byte strings of runtime 1.0: texts whose characters stand for bytes. The engine marks them; here
 * those that a run has made are remembered, so that `crypto` takes them for their bytes.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-10.html#writing-functions-javascript-features-primitive-objects
 */
(border, isUsed) => {
  'use strict';

  const { call, textOf } = border;
  const { Array, Set, String, TypeError } = globalThis;
  const known = new Set();

  function of(text) {
    known.add(text);
    return text;
  }
  function isBytes(text) {
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 255) return false;
    return true;
  }
  function define(owner, name, value) {
    Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  }

  function bytesFrom(value, encoding) {
    if (Array.isArray(value)) return of(textOf(value.map((byte) => byte & 255)));
    if (!['hex', 'base64', 'base64url'].includes(encoding)) throw new TypeError(`Unknown encoding: "${encoding}"`);
    return of(call('decode', value, encoding));
  }
  const methods = {
    fromBytes(start, end) {
      const text = this.slice(start, end);
      return isBytes(text) ? text : null;
    },
    fromUTF8(start, end) {
      try {
        return call('text', this.slice(start, end), true, true);
      } catch {
        return null;
      }
    },
    toBytes(start, end) {
      const text = this.slice(start, end);
      return isBytes(text) ? of(text) : null;
    },
    toUTF8(start, end) {
      return of(call('decode', this.slice(start, end), 'utf8'));
    },
  };
  if (isUsed) {
    define(String, 'bytesFrom', bytesFrom);
    for (const name of Object.keys(methods)) define(String.prototype, name, methods[name]);
  }
  return { isUsed, of, has: (text) => known.has(text), clear: () => known.clear() };
};
