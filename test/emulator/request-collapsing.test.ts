/** Requests for one key at the same time. */
import { afterEach, expect, test } from 'vitest';
import { documented, type Row } from '../support/rows.ts';
import { type Scripted, type ScriptedEdge, scriptedEdge } from '../support/scripted-origin.ts';
import { template } from '../support/template.ts';

let edge: ScriptedEdge | null = null;
afterEach(() => edge?.close());

const SEE = 'RequestAndResponseBehaviorCustomOrigin#request-custom-traffic-spikes';

/** Three viewers ask while the origin keeps the first waiting; how often it is asked, and what they get. */
async function together(init: Parameters<typeof template>[0], answer: Scripted, targets = ['/x', '/x', '/x']) {
  edge = await scriptedEdge(template({ ...init, behavior: { TargetOriginId: 'us-east-1' } }));
  let release = (): void => {};
  const after = new Promise<void>((resolve) => {
    release = resolve;
  });
  edge.script({ body: '1', ...answer, after }, { body: '2', ...answer });
  const first = edge.ask(targets[0] ?? '');
  await edge.whenReceived(1);
  const others = targets.slice(1).map((target) => edge?.ask(target));
  // Another request that is answered: by then the others have arrived.
  await edge.ask('/other');
  release();
  const answers = await Promise.all([first, ...others]);
  const asked = edge.received.filter(({ target }) => target !== '/other').length;
  return { asked, bodies: answers.map((given) => given?.body) };
}

const cookies = { CookiesConfig: { CookieBehavior: 'all' } };

interface Crowd {
  readonly name: string;
  readonly init?: Parameters<typeof template>[0];
  readonly answer?: Scripted;
  readonly targets?: string[];
}
const NO_STORE = { headers: { 'cache-control': 'no-store' } };
const EMPTY = { headers: { 'content-length': '0' }, body: '' };
const DISABLED = { cachePolicy: { DefaultTTL: 0, MaxTTL: 0 } };

/** Expected: how often the origin is asked. */
test.each(
  documented<Row<Crowd, number>>([
    { request: { name: 'one key' }, expected: 1, see: SEE },
    { request: { name: 'another key', targets: ['/x', '/y', '/z'] }, expected: 3, see: SEE },
    { request: { name: 'forwarded cookies', init: { originRequestPolicy: cookies } }, expected: 3, see: SEE },
    { request: { name: 'caching disabled', init: DISABLED }, expected: 3, see: SEE },
    { request: { name: 'an answer that is not stored', answer: NO_STORE }, expected: 3, see: SEE },
    { request: { name: 'an answer without content', answer: { status: 204, body: '' } }, expected: 1, see: SEE },
    { request: { name: 'an empty answer', answer: EMPTY }, expected: 1, see: SEE },
    { request: { name: 'an error that is stored', answer: { status: 404 } }, expected: 1, see: 'HTTPStatusCodes' },
  ]),
)('$kind: $request.name: the origin is asked $expected times ($see)', async ({ request, expected }) => {
  const { init = {}, answer = {}, targets } = request;
  const given = await together(init, answer, targets);
  expect(given.asked).toBe(expected);
  expect(given.bodies.every((body) => body === (expected === 1 ? given.bodies[0] : body))).toBe(true);
  expect(edge?.failures).toEqual([]);
});

test('an answer without a byte keeps nobody waiting', async () => {
  edge = await scriptedEdge(template({ behavior: { TargetOriginId: 'us-east-1' } }));
  edge.script({});
  for (const path of ['/x', '/x']) expect(await edge.ask(path)).toMatchObject({ status: 200, body: '' });
  expect(edge.received).toHaveLength(1);
});
