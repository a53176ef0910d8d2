/**
 * One call of a handler, as Lambda's Node.js runtime makes it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */

const NEVER_SETTLED = 'the promise of the handler never settled, and nothing is left to wait for';

/**
 * Up to Node.js 22: a promise counts, or the first call of the callback or of `context.succeed`, `fail` and
 * `done`. The callback's result waits until nothing is left to do, unless the function clears
 * `callbackWaitsForEmptyEventLoop`; where nothing is left and nothing was said, the result is null.
 *
 * @param whenIdle calls back once, when the event loop is empty
 */
export function calledBack(handler, event, context, whenIdle) {
  return new Promise((resolve, reject) => {
    const isAsync = handler.constructor.name === 'AsyncFunction';
    let isDone = false;
    whenIdle(() => {
      if (isAsync) reject(new Error(NEVER_SETTLED));
      else resolve(null);
    });
    const once =
      (settle) =>
      (...parts) => {
        if (isDone) return;
        isDone = true;
        settle(...parts);
      };
    const finish = (error, value) => {
      if (error === undefined || error === null) resolve(value);
      else reject(error);
    };
    const answer = (error, value) => {
      const waits = error == null && context.callbackWaitsForEmptyEventLoop;
      if (waits) whenIdle(() => resolve(value));
      else finish(error, value);
    };
    context.callbackWaitsForEmptyEventLoop = true;
    context.done = once(finish);
    context.succeed = once((value) => resolve(value));
    context.fail = once((error) => reject(error ?? 'handled'));
    const callback = once(answer);
    try {
      const result = handler(event, context, callback);
      if (typeof result?.then === 'function') result.then(context.succeed, context.fail);
    } catch (error) {
      callback(error ?? 'handled');
    }
  });
}

/** From Node.js 24 on: what the handler returns, or its promise comes to. There is no callback. */
export function awaited(handler, event, context, whenIdle) {
  return new Promise((resolve, reject) => {
    whenIdle(() => reject(new Error(NEVER_SETTLED)));
    new Promise((settle) => settle(handler(event, context))).then(resolve, reject);
  });
}
