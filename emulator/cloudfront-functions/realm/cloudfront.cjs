/**
 * The module `cloudfront`. It runs in the realm and in njs, so it is written in the language of both.
 * What a function does to the origin is recorded as it was called: whether CloudFront takes it is decided
 * when the function is over.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-custom-methods.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/helper-functions-origin-modification.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/general-helper-methods.html
 */
(Buffer, cwt, store, run) => {
  'use strict';

  const parse = JSON.parse;
  const stringify = JSON.stringify;

  /** The call runs inside a promise, so that a missing key rejects. */
  function settled(read) {
    return new Promise((resolve) => resolve(read()));
  }
  function formatted(value, format) {
    if (format === undefined || format === 'string') return value;
    if (format === 'json') return parse(value);
    if (format === 'bytes') return Buffer.from(value);
    throw new TypeError('format must be string, json or bytes');
  }
  const kvs = {
    get: (key, options) => settled(() => formatted(store.get(key), Object(options).format)),
    exists: (key) => settled(() => store.exists(key)),
    meta: () => settled(() => store.meta()),
  };

  function recorded(method) {
    return (first, second) => {
      run.origin = stringify({ method: method, arguments: [first, second] });
    };
  }

  const module = {
    kvs: () => {
      if (!store.isAssociated()) throw new Error('the function has no key value store');
      return kvs;
    },
    updateRequestOrigin: recorded('updateRequestOrigin'),
    selectRequestOriginById: recorded('selectRequestOriginById'),
    createRequestOriginGroup: recorded('createRequestOriginGroup'),
    logCustomData: (data) => {
      if (typeof data !== 'string') throw new TypeError('logCustomData takes a string');
      run.logData = data;
    },
    cwt: cwt,
  };
  Object.defineProperty(module, 'edgeLocation', { enumerable: true, get: () => run.edgeLocation });
  Object.defineProperty(module, 'distributionTenant', {
    enumerable: true,
    get: () => {
      throw new Error('distributionTenant module is not available');
    },
  });
  return module;
};
