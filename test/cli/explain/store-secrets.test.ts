/** The store as `explain` reads it: a running edge does not tell its secrets. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explainAtEdge } from '../../../cli/explain/edge-steps.ts';
import { explanationLines } from '../../../cli/explain/explanation.ts';
import { readableStore } from '../../../cli/explain/store-secrets.ts';
import { addLocalKey } from '../../../cli/local-keys.ts';
import { localStore } from '../../../cli/store/local-store.ts';
import { plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { requestFor, serviceOf } from '../../support/explained-service.ts';
import { type Operated, operatedFolder } from '../../support/operated.ts';
import { config } from '../../support/settings.ts';
import { template } from '../../support/template.ts';
import { OTHER_SECRET, SECRET, token } from '../../support/tokens.ts';

const THIRD_SECRET = Buffer.alloc(32, 'a third').toString('base64url');
const STATE = JSON.stringify({ keys: { k1: SECRET, k2: OTHER_SECRET, k3: THIRD_SECRET }, drained: {} });

let bench: TestBench;
let edge: TestEdge;
let operated: Operated;
beforeAll(async () => {
  bench = await plainBench(template());
  edge = await bench.start();
  operated = await operatedFolder();
  edge.store.set('state', STATE);
  edge.store.set('r:1', '10');
  addLocalKey(operated.folder, { kid: 'k1', secret: SECRET });
  addLocalKey(operated.folder, { kid: 'k2', secret: THIRD_SECRET });
});
afterAll(async () => {
  await bench.close();
  await operated.remove();
});

const ofEdge = async () => readableStore(operated.folder, await localStore(operated.folder, edge.control));

test('in a file: its secrets are told', async () => {
  operated.store({ state: STATE, 'r:1': '10' });
  const store = await readableStore(operated.folder, await localStore(operated.folder));
  expect(store).toMatchObject({ keys: JSON.parse(STATE).keys, unreadable: [] });
  expect(await store.entry('r:1')).toBe('10');
  operated.store({});
  expect((await readableStore(operated.folder, await localStore(operated.folder))).keys).toBeUndefined();
});

test('of a running edge: those are known that this machine has as well, and are the same', async () => {
  const store = await ofEdge();
  expect(store).toMatchObject({ keys: { k1: SECRET, k2: '', k3: '' }, unreadable: ['k2', 'k3'] });
  expect(await store.entry('r:1')).toBe('10');
});

test('a token whose secret only the edge knows is not decided', async () => {
  const service = { ...serviceOf(config(), edge.store), store: ofEdge };
  const made = [token(), token({ header: { kid: 'k3' }, secret: THIRD_SECRET }), token({ header: { kid: 'k9' } })];
  const verdicts = await Promise.all(
    made.map(async (own) => explainAtEdge(requestFor('/private/x'), service, await own)),
  );
  expect(verdicts.map(({ allow, reason, status }) => [allow, reason, status])).toEqual([
    [true, 'allowed', null],
    [false, 'key-unreadable', null],
    [false, 'unknown-key', 403],
  ]);
  const lines = explanationLines(verdicts[1] as (typeof verdicts)[0]).join('\n');
  expect(lines).toContain('got k3, which the edge does not tell and .edgekeeper/local/keys does not hold');
  expect(lines).toContain('undecided: key-unreadable');
});
