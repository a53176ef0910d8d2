import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlApi, controlApi } from '../../support/control-api.ts';
import { type Asked, ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { template } from '../../support/template.ts';
import { SECRET, STATE } from '../../support/tokens.ts';

let bench: TestBench;
let edge: TestEdge;
let control: ControlApi;
beforeAll(async () => {
  bench = await plainBench(template());
  edge = await bench.start();
  control = await controlApi(edge.control);
});
afterAll(() => bench.close());

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
    await put('/kvs/api-key', 'hunter-22');
    expect((await control('/kvs/api-key')).body).toBe('(secret)\n');
    await put('/kvs/api-key', '(secret)');
    expect(edge.store.get('api-key')).toBe('hunter-22');
    await put('/kvs/r:token', '7');
    expect((await control('/kvs/r:token')).body).toBe('7\n');
    for (const key of ['api-key', 'r:token']) edge.store.delete(key);
    await put('/kvs/a%20b', 'text');
    expect((await control('/kvs/a%20b')).body).toBe('text\n');
    expect(JSON.parse((await control('/kvs')).body)).toEqual(['state', 'a b']);
    expect((await control('/kvs/a%20b', { method: 'DELETE' })).status).toBe(204);
    expect((await control('/kvs/a%20b')).status).toBe(404);
  });

  test('lists entries by prefix, without secrets', async () => {
    edge.store.write({ 'r:1': '5', 'r:2': '6', other: '7', 'r:secret': SECRET });
    expect(JSON.parse((await control('/kvs?prefix=r%3A')).body)).toEqual({
      'r:1': '5',
      'r:2': '6',
      'r:secret': '(secret)',
    });
    expect((await control('/kvs?prefix=')).body).not.toContain(SECRET);
    edge.store.write({ 'r:1': null, 'r:2': null, other: null, 'r:secret': null });
  });

  test('tells keys by a print that does not tell their secret', async () => {
    const [key, ...others] = JSON.parse((await control('/keys')).body);
    expect({ ...key, others }).toEqual({
      kid: 'k1',
      bytes: 32,
      print: expect.stringMatching(/^[\w-]{16}$/),
      others: [],
    });
    edge.store.delete('state');
    expect(JSON.parse((await control('/keys')).body)).toEqual([]);
    edge.store.set('state', STATE);
  });

  describe('an update', () => {
    const etag = async () => String((await control('/kvs')).headers.etag);
    const update = (body: unknown, ifMatch?: string) =>
      control('/kvs', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
      });

    test('puts and deletes together, and tells the ETag for the next', async () => {
      await put('/kvs/old', '1');
      const first = await update({ Puts: [{ Key: 'new', Value: '2' }], Deletes: [{ Key: 'old' }] }, await etag());
      expect({ status: first.status, etag: first.headers.etag }).toEqual({ status: 204, etag: await etag() });
      expect(JSON.parse((await control('/kvs')).body)).toEqual(['state', 'new']);
      expect((await update({ Deletes: [{ Key: 'new' }] }, String(first.headers.etag))).status).toBe(204);
    });

    test('takes a masked secret for the one that is there', async () => {
      const value = '{"keys":{"k1":"(secret)"},"drained":{"us-east-1":0}}';
      expect((await update({ Puts: [{ Key: 'state', Value: value }] }, await etag())).status).toBe(204);
      expect(edge.store.get('state')).toBe(STATE.replace('{}', '{"us-east-1":0}'));
      edge.store.set('state', STATE);
    });

    const keys = (count: number) => Array.from({ length: count }, (_, i) => ({ Key: `k${i}`, Value: '1' }));
    test.each<{ name: string; body: unknown; match?: string; status: number; message: string }>([
      { name: 'without an ETag', body: {}, status: 409, message: 'If-Match: expected the ETag' },
      { name: 'with an old ETag', body: {}, match: '"x-0"', status: 409, message: 'If-Match: expected the ETag' },
      { name: 'of nothing', body: {}, match: 'now', status: 204, message: '' },
      { name: 'of 50 keys', body: { Deletes: keys(50) }, match: 'now', status: 204, message: '' },
      {
        name: 'of 51',
        body: { Puts: keys(25), Deletes: keys(26) },
        match: 'now',
        status: 400,
        message: 'body: expected at most 50 keys, got 51',
      },
      {
        name: 'without a value',
        body: { Puts: [{ Key: 'a' }] },
        match: 'now',
        status: 400,
        message: 'body: expected {',
      },
      {
        name: 'of keys that are no texts',
        body: { Deletes: [1] },
        match: 'now',
        status: 400,
        message: 'body: expected {',
      },
      {
        name: 'one of whose values is too long',
        body: { Puts: [...keys(1), { Key: 'a', Value: 'x'.repeat(1025) }] },
        match: 'now',
        status: 400,
        message: 'value of a: expected at most 1024 bytes',
      },
      {
        name: 'with a state that the edge could not use',
        body: { Puts: [...keys(1), { Key: 'state', Value: '{}' }] },
        match: 'now',
        status: 400,
        message: 'state: expected a JSON object with "keys"',
      },
    ])('$name: $status', async ({ body, match, status, message }) => {
      const before = edge.store.entries();
      const answer = await update(body, match === 'now' ? await etag() : match);
      expect(answer.status).toBe(status);
      if (message !== '') expect(JSON.parse(answer.body).error.message).toContain(message);
      expect(edge.store.entries()).toEqual(before);
    });
  });

  test.each([
    { keys: 15, drained: {}, status: 204 },
    { keys: 16, drained: {}, status: 400, fit: 15 },
    { keys: 15, drained: { 'us-east-1': 0, 'eu-west-1': 1_700_000_000, 'sa-east-1': 0 }, status: 400, fit: 14 },
  ])('a state with $keys keys and $drained: $status', async ({ keys, drained, status, fit }) => {
    const names = Array.from({ length: keys }, (_, i) => [`k-2026-11-22-${10 + i}`, SECRET]);
    const answer = await put('/kvs/state', JSON.stringify({ keys: Object.fromEntries(names), drained }));
    expect(answer.status).toBe(status);
    if (fit !== undefined) expect(answer.body).toContain(`at most 1024 bytes (keys that fit: ${fit}), got`);
    edge.store.set('state', STATE);
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
