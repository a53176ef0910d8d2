/** Nothing that a Lambda@Edge function does ends more than its own instance: the edge goes on, and so does the function. */
import { describe, expect, test, vi } from 'vitest';
import { ask } from '../../support/edge.ts';
import { functionBench } from '../../support/function-bench.ts';
import { withLambda, withLambdaOf } from '../../support/function-files.ts';

const own = functionBench(withLambda());

/** `/bad` does it; any other path tells how many events this instance has had. */
const BAD = (code: string) => `let events = 0;
  exports.handler = async ({ Records: [{ cf: { request } }] }) => {
    events += 1;
    if (request.uri === '/bad') { console.log('bad'); ${code} }
    return { status: '200', body: String(events) };
  };`;

describe('while it has an event: 503, and then a new instance', () => {
  test.each<{ name: string; code: string; line: string; timeout?: number }>([
    { name: 'exits', code: 'process.exit(0);', line: 'Error: the function crashed' },
    {
      name: 'aborts in a timer',
      code: 'setTimeout(() => { throw new Error("late"); }, 1); await new Promise(() => {});',
      line: 'Error: the function crashed',
    },
    {
      name: 'leaves a rejection unhandled',
      code: 'Promise.reject(new Error("x")); await new Promise((done) => setTimeout(done, 1000));',
      line: 'Error: the function crashed',
    },
    {
      name: 'fills its memory',
      code: 'const all = []; for (;;) all.push(new Array(1e6).fill({}));',
      line: 'Error: the function ran out of memory',
      timeout: 30,
    },
    { name: 'loops', code: 'for (;;) {}', line: 'Error: the function timed out' },
    { name: 'loops in microtasks', code: 'for (;;) await null;', line: 'Error: the function timed out' },
    {
      name: 'waits for too long',
      code: 'setInterval(() => {}, 1000); await new Promise(() => {});',
      line: 'Error: the function timed out',
    },
  ])('$name', async ({ code, line, timeout = 1 }) => {
    const template = withTimeout(timeout);
    const edge = await own.bench.start({ template, functions: { auth: await own.files.write('bad.js', BAD(code)) } });
    expect((await ask(edge.url, '/good')).body).toBe('1');
    const { status, headers } = await ask(edge.url, '/bad');
    expect([status, headers['x-cache']]).toEqual([503, 'LambdaExecutionError from cloudfront']);
    expect([edge.lines[0], edge.lines.at(-1)]).toEqual(['bad', line]);
    expect((await ask(edge.url, '/good')).body).toBe('1');
    await edge.close();
  });
});

/** A function of a template, for its time limit. */
const withTimeout = (Timeout: number) => withLambdaOf({ FunctionName: 'auth', Handler: 'index.handler', Timeout });

describe('after it has answered, what it', () => {
  test.each([
    {
      name: 'throws',
      code: 'setTimeout(() => { throw new Error("late"); }, 1);',
      line: /^uncaughtException: Error: late\n.*late\.js:4/,
    },
    {
      name: 'rejects',
      code: 'setTimeout(() => Promise.reject(new Error("late")), 1);',
      line: /^unhandledRejection: Error: late\n.*late\.js:4/,
    },
  ])('$name is shown, and ends the instance alone', async ({ code, line }) => {
    const edge = await own.bench.start({ functions: { auth: await own.files.write('late.js', BAD(code)) } });
    expect((await ask(edge.url, '/bad')).body).toBe('1');
    await vi.waitFor(() => expect(edge.lines).toEqual(['bad', expect.stringMatching(line)]));
    // The instance says so, and then ends: until then it may still take an event with it.
    await vi.waitFor(async () => expect((await ask(edge.url, '/good')).body).toBe('1'));
    expect((await ask(edge.url, '/good')).body).toBe('2');
  });
});

describe('at load, what it does fails each event', () => {
  test.each([
    { name: 'throws', code: 'throw new Error("load");' },
    { name: 'exits', code: 'process.exit(1);' },
    { name: 'rejects', code: 'Promise.reject(new Error("load"));' },
    { name: 'fills its memory', code: 'const all = []; for (;;) all.push(new Array(1e6).fill({}));' },
  ])('$name', async ({ code }) => {
    const text = `${code} exports.handler = async () => ({ status: '200' });`;
    const edge = await own.bench.start({ functions: { auth: await own.files.write('load.js', text) } });
    for (const _ of ['once', 'again']) expect((await ask(edge.url, '/x')).status).toBe(503);
    expect((await ask(edge.control, '/requests')).status).toBe(200);
  });
});
