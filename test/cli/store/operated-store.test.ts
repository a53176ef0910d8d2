/** The store's places, the file, the running edge and AWS, through one interface; and which of them is found. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { localStore } from '../../../cli/store/local-store.ts';
import type { OperatedStore } from '../../../cli/store/operated-store.ts';
import { storeAtAws } from '../../../cli/store/store-at-aws.ts';
import { storeInFile } from '../../../cli/store/store-in-file.ts';
import { storeOfEdge } from '../../../cli/store/store-of-edge.ts';
import { fileStore, type KeyValueStore } from '../../../emulator/key-value-store.ts';
import { useAwsEnvironment } from '../../support/aws/access.ts';
import { STORE_ARN, type StoreEndpoint, startStoreEndpoint } from '../../support/aws/key-value-store.ts';
import { plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { type Operated, operatedFolder } from '../../support/operated.ts';
import { template } from '../../support/template.ts';
import { OTHER_SECRET, SECRET, STATE } from '../../support/tokens.ts';

let bench: TestBench;
let edge: TestEdge;
let operated: Operated;
let aws: StoreEndpoint;
beforeAll(async () => {
  bench = await plainBench(template());
  edge = await bench.start();
  operated = await operatedFolder();
  aws = await startStoreEndpoint();
});
afterAll(async () => {
  await bench.close();
  await operated.remove();
  await aws.close();
});

useAwsEnvironment(() => ({ AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: aws.url }));

const PLACES = ['file', 'edge', 'aws'] as const;

describe.each(PLACES)('the store in the %s', (place) => {
  let store: OperatedStore;
  /** What is really there. */
  let there: () => KeyValueStore;

  beforeEach(async () => {
    const file = join(operated.folder, 'kvs.json');
    there = () => ({ file: () => fileStore(file), edge: () => edge.store, aws: () => aws.content })[place]();
    const all = Object.fromEntries(
      there()
        .entries()
        .map(([key]) => [key, null]),
    );
    there().write({ ...all, state: STATE, 'r:1': '10', 'r:2': '20', rest: 'x' });
    store = await {
      file: async () => storeInFile(file),
      edge: async () => storeOfEdge(edge.control),
      aws: () => storeAtAws({}, STORE_ARN, 'the store'),
    }[place]();
  });

  test('is read by key and by prefix', async () => {
    expect(await store.get('rest')).toBe('x');
    expect(await store.get('r')).toBeUndefined();
    expect(await store.entries('r:')).toEqual([
      ['r:1', '10'],
      ['r:2', '20'],
    ]);
    expect(await store.keys()).toEqual([{ kid: 'k1', bytes: 32, print: expect.stringMatching(/^[\w-]{16}$/) }]);
  });

  test('is changed, several keys at once', async () => {
    expect(await store.change(async () => ({ 'r:1': null, 'r:3': '30' }))).toBe(2);
    expect(
      there()
        .entries()
        .filter(([key]) => key.startsWith('r:')),
    ).toEqual([
      ['r:2', '20'],
      ['r:3', '30'],
    ]);
    expect(await store.change(async () => ({}))).toBe(0);
  });

  test('is changed in steps of 50 keys', async () => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`many ${i}`, String(i)]));
    expect(await store.change(async () => many)).toBe(101);
    expect(Object.fromEntries(await store.entries('many '))).toEqual(many);
  });

  test('keeps secrets that are written back as they were read', async () => {
    await store.change(async () => ({ state: (await store.get('state'))?.replace('{}', '{"us-east-1":0}') ?? '' }));
    expect(there().get('state')).toBe(STATE.replace('{}', '{"us-east-1":0}'));
  });

  test('plans again when somebody else has written in between, and counts what was written in all', async () => {
    let runs = 0;
    const written = await store.change(async () => {
      const before = await store.get('r:1');
      if (++runs === 1) there().set('r:1', '11');
      return { 'r:1': `${before}+` };
    });
    expect({ runs, written, value: there().get('r:1') }).toEqual({ runs: 2, written: 1, value: '11+' });
  });

  test.each([
    {
      name: 'a value over its quota',
      changes: { 'r:3': '1', a: 'x'.repeat(1025) },
      says: 'value of a: expected at most',
    },
    { name: 'a state without keys', changes: { 'r:3': '1', state: '{}' }, says: 'state: expected a JSON object' },
  ])('refuses $name, and all that was with it', async ({ changes, says }) => {
    const before = there().entries();
    const refused = expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: expect.stringContaining(says) });
    await expect(store.change(async () => changes)).rejects.toEqual(refused);
    expect(there().entries()).toEqual(before);
  });

  test('gives up on a store that never rests', async () => {
    let runs = 0;
    const restless = store.change(async () => {
      there().set('rest', String(++runs));
      return { 'r:1': '0' };
    });
    await expect(restless).rejects.toMatchObject({ code: 'ERR_STORE_UNREACHABLE' });
    expect(runs).toBe(100);
  });
});

describe('the store of a running edge', () => {
  test('loses none of what many write at once', async () => {
    edge.store.set('count', '0');
    const writers = Array.from({ length: 20 }, () => storeOfEdge(edge.control));
    await Promise.all(
      writers.map((store) => store.change(async () => ({ count: String(Number(await store.get('count')) + 1) }))),
    );
    expect(edge.store.get('count')).toBe('20');
  });

  test('shows no secret', async () => {
    edge.store.set('state', JSON.stringify({ keys: { k1: SECRET, k2: OTHER_SECRET } }));
    const store = storeOfEdge(edge.control);
    const seen = JSON.stringify([await store.get('state'), await store.entries(''), await store.keys()]);
    expect(seen).toContain('(secret)');
    expect(seen).not.toMatch(new RegExp(`${SECRET}|${OTHER_SECRET}`));
  });
});

describe('which store is meant', () => {
  const FILE = '.edgekeeper/local/kvs.json';
  const found = async (control?: string) => (await localStore(operated.folder, control)).name;
  beforeEach(() => operated.announce(edge));

  test('that of the edge that runs here', async () => {
    expect(await found()).toBe(`the edge at ${edge.control}`);
  });

  test('the file when the edge’s address answers for another edge', async () => {
    operated.announce({ ...edge, instance: 'earlier' });
    expect(await found()).toMatch(FILE);
  });

  test('the file when nobody answers at the edge’s address', async () => {
    const other = await bench.start();
    await other.close();
    operated.announce(other);
    expect(await found()).toMatch(FILE);
  });

  test('the one named, whichever runs here', async () => {
    const other = await bench.start();
    expect(await found(other.control)).toBe(`the edge at ${other.control}`);
    expect(await found(`${other.control}/`)).toBe(`the edge at ${other.control}`);
  });

  test('unknown when the address is cut off', async () => {
    const server = createServer((request) => request.socket.destroy()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const control = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    operated.announce({ control, instance: 'x' });
    await expect(found()).rejects.toMatchObject({ code: 'ERR_STORE_UNREACHABLE' });
    server.close();
  });

  test.each([
    'example.com',
    'http://example.com:8081',
    'http://localhost.example.com',
    'https://localhost:8081',
    'http://localhost:8081/x',
  ])('never %s', async (control) => {
    await expect(found(control)).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' });
  });
});
