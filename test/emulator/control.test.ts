import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asked, ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { template } from '../support/template.ts';
import { SECRET, STATE } from '../support/tokens.ts';

let bench: TestBench;
let edge: TestEdge;
beforeAll(async () => {
  bench = await plainBench(template());
  edge = await bench.start();
});
afterAll(() => bench.close());

const control = (target: string, asked: Asked = {}) => ask(edge.control, target, asked);
const put = (target: string, body: string) => control(target, { method: 'PUT', body });

describe('the control API', () => {
  test('breaks and repairs an origin', async () => {
    expect(await put('/origins/us-east-1/fault', '{"kind":"refuse"}')).toMatchObject({ status: 200 });
    expect(JSON.parse((await control('/origins')).body)).toMatchObject([
      { id: 'us-east-1', fault: { kind: 'refuse' } },
      { id: 'eu-west-1', fault: null },
    ]);
    expect((await ask(edge.url, '/film.mp4')).body).toBe('film.mp4 from eu-west-1');
    expect(await control('/origins/us-east-1/fault', { method: 'DELETE' })).toMatchObject({ status: 204 });
    expect(await control('/cache', { method: 'DELETE' })).toMatchObject({ status: 204 });
    expect((await ask(edge.url, '/film.mp4')).body).toBe('film.mp4 from us-east-1');
  });

  test('never returns a secret, and takes a masked one for the one that is there', async () => {
    expect((await control('/kvs/state')).body).toBe('{"keys":{"k1":"(secret)"},"drained":{}}\n');
    const change = '{"keys":{"k1":"(secret)"},"drained":{"us-east-1":0}}';
    expect(await put('/kvs/state', change)).toMatchObject({ status: 204 });
    expect(edge.store.get('state')).toBe(STATE.replace('{}', '{"us-east-1":0}'));
    edge.store.set('state', `"${SECRET}`);
    expect((await control('/kvs/state')).body).toBe('(secret)\n');
    edge.store.set('state', STATE);
  });

  test('shows no secret under another name either', async () => {
    await put('/kvs/state.before', STATE);
    await put('/kvs/state', JSON.stringify({ ...JSON.parse(STATE), older: { k0: SECRET } }));
    expect((await control('/kvs/state.before')).body + (await control('/kvs/state')).body).not.toContain(SECRET);
    edge.store.set('state', STATE);
    edge.store.delete('state.before');
  });

  test.each([
    'garbage',
    'null',
    '{"drained":{}}',
    '{"keys":{"k1":"short"}}',
    JSON.stringify({ keys: { k1: Buffer.alloc(31).toString('base64url') } }),
    '{"keys":{},"drained":{"us-east-1":"soon"}}',
  ])('refuses a state that the edge could not use: %s', async (body) => {
    expect((await put('/kvs/state', body)).status).toBe(400);
    expect(edge.store.get('state')).toBe(STATE);
  });

  test('reads, writes and deletes other keys', async () => {
    await put('/kvs/a%20b', 'text');
    expect((await control('/kvs/a%20b')).body).toBe('text\n');
    expect(JSON.parse((await control('/kvs')).body)).toEqual(['state', 'a b']);
    expect((await control('/kvs/a%20b', { method: 'DELETE' })).status).toBe(204);
    expect((await control('/kvs/a%20b')).status).toBe(404);
  });

  test('lists what became of requests', async () => {
    await ask(edge.url, '/missing?secret=1');
    const entries = JSON.parse((await control('/requests')).body);
    expect(entries.at(-1)).toMatchObject({
      method: 'GET',
      path: '/missing',
      status: 403,
      attempts: [{ originId: 'us-east-1', result: 403 }],
    });
  });

  test.each<{ name: string; target: string; asked?: Asked; status: number; message: string }>([
    { name: 'unknown path', target: '/nothing', status: 404, message: 'path: expected' },
    { name: 'unknown origin', target: '/origins/x/fault', status: 404, message: 'origin: expected one of us-east-1' },
    {
      name: 'unknown method',
      target: '/origins',
      asked: { method: 'POST' },
      status: 405,
      message: 'method: expected GET, got POST',
    },
    {
      name: 'method of the prototype',
      target: '/origins',
      asked: { method: 'OPTIONS' },
      status: 405,
      message: 'method: expected GET',
    },
    {
      name: 'no JSON',
      target: '/origins/us-east-1/fault',
      asked: { method: 'PUT', body: '{' },
      status: 400,
      message: 'body: expected JSON',
    },
    {
      name: 'unknown fault',
      target: '/origins/us-east-1/fault',
      asked: { method: 'PUT', body: '{"kind":"x"}' },
      status: 400,
      message: 'kind: expected one of down',
    },
    {
      name: 'a field that no such fault has',
      target: '/origins/us-east-1/fault',
      asked: { method: 'PUT', body: '{"kind":"slow","ms":1,"status":500}' },
      status: 400,
      message: 'status: expected no such field beside kind slow',
    },
    {
      name: 'value over its quota',
      target: '/kvs/a',
      asked: { method: 'PUT', body: 'x'.repeat(1025) },
      status: 400,
      message: 'value of a: expected at most 1024 bytes',
    },
    {
      name: 'body without end',
      target: '/kvs/a',
      asked: { method: 'PUT', body: 'x'.repeat(70_000) },
      status: 400,
      message: 'body: expected at most 65536 bytes',
    },
    {
      name: 'a foreign name for this host',
      target: '/origins',
      asked: { headers: { host: 'evil.test' } },
      status: 403,
      message: 'expected this machine',
    },
    {
      name: 'a name that begins as this host does',
      target: '/origins',
      asked: { headers: { host: 'localhost.evil.test' } },
      status: 403,
      message: 'expected this machine',
    },
    {
      name: 'another site',
      target: '/origins',
      asked: { headers: { origin: 'https://evil.test' } },
      status: 403,
      message: 'expected this machine',
    },
    {
      name: 'a page of another port',
      target: '/origins',
      asked: { headers: { origin: 'http://localhost:1' } },
      status: 403,
      message: 'expected this machine',
    },
  ])('$name: $status', async ({ target, asked, status, message }) => {
    const answer = await control(target, asked);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body).error.message).toContain(message);
  });
});
