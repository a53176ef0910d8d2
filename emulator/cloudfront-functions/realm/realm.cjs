/**
 * The realm of a runtime: run as a script in an empty vm context, before the function's own code. It
 * takes away what the runtime does not document, and adds its modules.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
(border, documented, buffers, modules, byteStrings, cloudfrontModule, cwtModule, isFirst, showsPlaces) => {
  'use strict';

  const { parse, stringify } = JSON;
  const { defineProperty, freeze, getOwnPropertyNames, getPrototypeOf, create } = Object;
  const { Error, Promise, String, Date: RealDate, Symbol: RealSymbol } = globalThis;
  const then = Function.prototype.call.bind(Promise.prototype.then);
  const { call } = border;

  const run = { origin: null, logData: null, edgeLocation: {} };
  const cloudfront = cloudfrontModule(
    buffers.Buffer,
    cwtModule(buffers.Buffer, modules.crypto.createHmac),
    {
      isAssociated: () => call('store.isAssociated') === 'true',
      get: (key) => call('store.get', key),
      exists: (key) => call('store.exists', key) === 'true',
      meta: () => parse(call('store.meta')),
    },
    run,
  );

  const loadable = create(null);
  loadable.crypto = modules.crypto;
  loadable.querystring = modules.querystring;
  if (!isFirst) loadable.cloudfront = cloudfront;
  function require(name) {
    const found = loadable[name];
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
  function Symbol(description) {
    if (new.target !== undefined) throw new TypeError('Symbol is not a constructor');
    return RealSymbol(description);
  }
  /** In place of the language's own, which cannot be changed, or whose properties cannot be deleted. */
  function replaced(Own, Real, methods) {
    Own.prototype = Real.prototype;
    define(Own.prototype, 'constructor', Own);
    for (const name of getOwnPropertyNames(methods)) define(Own, name, methods[name]);
    return Own;
  }
  function define(owner, name, value) {
    defineProperty(owner, name, { value, configurable: true, writable: true });
  }
  function errorType(name) {
    const Type = class extends Error {};
    define(Type, 'name', name);
    define(Type.prototype, 'name', name);
    return Type;
  }

  /** What the language does not have, or not so. */
  const own = {
    ...buffers,
    console,
    require,
    Date: replaced(Date, RealDate, { now: () => now, parse: RealDate.parse, UTC: RealDate.UTC }),
    Symbol: replaced(Symbol, RealSymbol, {
      for: RealSymbol.for,
      keyFor: RealSymbol.keyFor,
      replace: RealSymbol.replace,
      split: RealSymbol.split,
    }),
    InternalError: errorType('InternalError'),
    MemoryError: errorType('MemoryError'),
  };

  /** `import cf from 'cloudfront'` becomes a call of this. */
  defineProperty(globalThis, '__import', { value: (name) => require(name), enumerable: false });
  const { globals, properties } = documented;
  const owners = { TypedArray: getPrototypeOf(Uint8Array), DataView, Symbol: own.Symbol };
  for (const path of getOwnPropertyNames(properties)) {
    const [name, isPrototype] = path.split('.');
    const constructor = owners[name] ?? globalThis[name];
    const owner = isPrototype === undefined ? constructor : constructor.prototype;
    for (const property of getOwnPropertyNames(owner)) if (!properties[path].includes(property)) delete owner[property];
  }
  defineProperty(Error, 'prepareStackTrace', { value: undefined, writable: false, configurable: false });
  if (showsPlaces) defineProperty(Error, 'stackTraceLimit', { value: 20 });
  for (const name of getOwnPropertyNames(globalThis)) {
    if (name !== '__import' && !globals.includes(name)) delete globalThis[name];
  }
  for (const name of getOwnPropertyNames(own)) if (globals.includes(name)) define(globalThis, name, own[name]);

  let outcome = null;
  /** Whatever the function returned or threw is only looked at in here: its getters may throw, too. */
  function settle(value) {
    try {
      const { origin, logData } = run;
      outcome = stringify({ value, origin: origin === null ? null : parse(origin), logData, lines });
    } catch (error) {
      fail(error);
    }
  }
  function fail(error) {
    let text = 'Error';
    try {
      text = error instanceof Error ? `${error.name}: ${error.message}` : `${error}`;
      outcome = stringify({ error: text, stack: showsPlaces ? `${error.stack}` : undefined, lines });
    } catch {
      outcome = '{"error":"Error","lines":[]}';
    }
  }

  return freeze({
    /** Sets up one run. What it returns is called by a script, so that microtasks end inside that. */
    prepare(event, time, location) {
      now = time;
      lines = [];
      outcome = null;
      byteStrings.clear();
      const parsed = parse(event);
      run.origin = null;
      run.logData = null;
      run.edgeLocation = parsed.context.eventType === 'viewer-response' ? {} : parse(location);
      const raw = parsed.rawQueryString;
      delete parsed.rawQueryString;
      if (!isFirst) defineProperty(parsed.request, 'rawQueryString', { value: () => raw, enumerable: false });
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
