import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type ControlApi, controlApi } from '../../support/control-api.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { template } from '../../support/template.ts';
import { NOON } from '../../support/tokens.ts';

/** Answers with its time before and after 5 ms of work. */
const TIMES = `exports.handler = async () => {
  const first = Date.now();
  const end = performance.now() + 5;
  while (performance.now() < end);
  return { status: '200', body: JSON.stringify([first, Date.now()]) };
};`;

const bench: Promise<TestBench> = plainBench(template(), { 'times.js': TIMES });
let edge: TestEdge;
let control: ControlApi;
beforeEach(async () => {
  edge = await (await bench).start();
  control = await controlApi(edge.control);
});
afterAll(async () => (await bench).close());

const at = (seconds: number) => new Date((NOON + seconds) * 1000).toISOString();
const sent = (method: string, target: string, body: object) => control(target, { method, body: JSON.stringify(body) });
const state = async () => JSON.parse((await control('/clock')).body);
const xCache = async () => (await ask(edge.url, '/film.mp4')).headers['x-cache'];

test('stops, moves on and goes on', async () => {
  expect(await state()).toEqual({ now: at(0), isFrozen: false });
  await sent('PUT', '/clock', { isFrozen: true });
  edge.clock.advance(1_000);
  expect(await state()).toEqual({ now: at(0), isFrozen: true });
  expect(JSON.parse((await sent('POST', '/clock/advance', { seconds: 1.5 })).body).now).toBe(at(1.5));
  expect(JSON.parse((await sent('PUT', '/clock', { now: at(60) })).body)).toEqual({ now: at(60), isFrozen: true });
  await sent('PUT', '/clock', { isFrozen: false, now: at(90) });
  edge.clock.advance(1_000);
  expect(await state()).toEqual({ now: at(91), isFrozen: false });
});

test('objects expire by it', async () => {
  await sent('PUT', '/clock', { isFrozen: true });
  expect([await xCache(), await xCache()]).toEqual(['Miss from cloudfront', 'Hit from cloudfront']);
  edge.clock.advance(86_400_000);
  expect(await xCache()).toBe('Hit from cloudfront');
  await sent('POST', '/clock/advance', { seconds: 86_400 });
  expect(await xCache()).toBe('RefreshHit from cloudfront');
});

test('origins time out by it', async () => {
  await sent('PUT', '/origins/us-east-1/fault', { kind: 'hang' });
  const answer = ask(edge.url, '/film.mp4');
  await edge.clock.whenPending(5_000);
  await sent('POST', '/clock/advance', { seconds: 5 });
  expect((await answer).body).toBe('film.mp4 from eu-west-1');
});

test('Lambda@Edge functions tell the time by it, and see it stand still', async () => {
  edge = await (await bench).start({ template: template({ viewerHandler: 'functions/lambda-edge/times.handler' }) });
  control = await controlApi(edge.control);
  const times = async () => JSON.parse((await ask(edge.url, '/')).body).map((time: number) => time / 1000 - NOON);
  const [first, second] = await times();
  expect(second - first).toBeGreaterThan(0.004);
  await sent('PUT', '/clock', { isFrozen: true, now: at(3_600) });
  expect(await times()).toEqual([3_600, 3_600]);
});

describe('is refused', () => {
  test.each([
    {
      name: 'a time that is over',
      method: 'PUT',
      body: { now: at(-1) },
      message: `now: expected a time from ${at(0)} on`,
    },
    { name: 'no time', method: 'PUT', body: { now: 'soon' }, message: 'now: expected a time' },
    { name: 'a time in another century', method: 'PUT', body: { now: '2126-01-01' }, message: 'now: expected a time' },
    { name: 'no wish', method: 'PUT', body: {}, message: 'clock: expected {"isFrozen", "now"}' },
    { name: 'an unknown wish', method: 'PUT', body: { frozen: true }, message: 'or one of them, got "frozen"' },
    { name: 'half a stop', method: 'PUT', body: { isFrozen: 1 }, message: 'isFrozen: expected true or false' },
    { name: 'a way back', method: 'POST', body: { seconds: -1 }, message: 'seconds: expected a number from 0' },
    { name: 'no way', method: 'POST', body: {}, message: 'seconds: expected a number from 0' },
  ])('$name', async ({ method, body, message }) => {
    const answer = await sent(method, method === 'PUT' ? '/clock' : '/clock/advance', body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).error.message).toContain(message);
    expect(await state()).toEqual({ now: at(0), isFrozen: false });
  });
});
