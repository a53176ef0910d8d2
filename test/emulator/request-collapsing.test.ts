/** Requests for one key at the same time. */
import { afterEach, expect, test } from 'vitest';
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

test.each<{
  name: string;
  init?: Parameters<typeof template>[0];
  answer?: Scripted;
  targets?: string[];
  asked: number;
  see: string;
}>([
  { name: 'one key', asked: 1, see: SEE },
  { name: 'another key', targets: ['/x', '/y', '/z'], asked: 3, see: SEE },
  { name: 'forwarded cookies', init: { originRequestPolicy: cookies }, asked: 3, see: SEE },
  { name: 'caching disabled', init: { cachePolicy: { DefaultTTL: 0, MaxTTL: 0 } }, asked: 3, see: SEE },
  { name: 'an answer that is not stored', answer: { headers: { 'cache-control': 'no-store' } }, asked: 3, see: SEE },
  { name: 'an answer without content', answer: { status: 204, body: '' }, asked: 1, see: SEE },
  { name: 'an empty answer', answer: { headers: { 'content-length': '0' }, body: '' }, asked: 1, see: SEE },
  { name: 'an error that is stored', answer: { status: 404 }, asked: 1, see: 'HTTPStatusCodes' },
])('$name: the origin is asked $asked times', async ({ init = {}, answer = {}, targets, asked }) => {
  const given = await together(init, answer, targets);
  expect(given.asked).toBe(asked);
  expect(given.bodies.every((body) => body === (asked === 1 ? given.bodies[0] : body))).toBe(true);
  expect(edge?.failures).toEqual([]);
});

test('an answer without a byte keeps nobody waiting', async () => {
  edge = await scriptedEdge(template({ behavior: { TargetOriginId: 'us-east-1' } }));
  edge.script({});
  for (const path of ['/x', '/x']) expect(await edge.ask(path)).toMatchObject({ status: 200, body: '' });
  expect(edge.received).toHaveLength(1);
});
