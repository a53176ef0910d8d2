/** Source maps that are not what `edgekeeper build` wrote: the edge starts, and errors are told by the bundle. */
import { expect, test } from 'vitest';
import { ask, plainBench } from '../support/edge.ts';
import { template } from '../support/template.ts';

const THROWS = `exports.handler = async () => { throw new Error('no'); };`;

test.each([
  { title: 'no JSON', map: '{' },
  { title: 'null', map: 'null' },
  { title: 'no sources', map: '{"version":3,"mappings":"AAAA"}' },
  { title: 'no mappings', map: '{"version":3,"sources":["a.ts"]}' },
  { title: 'a source that is none', map: '{"version":3,"sources":[],"mappings":"AAAA"}' },
])('a source map with $title', async ({ map }) => {
  const handled = template({ handler: 'functions/lambda-edge/note.handler' });
  const bench = await plainBench(handled, { 'note.js': THROWS, 'note.js.map': map });
  const edge = await bench.start();
  expect((await ask(edge.url, '/film.mp4')).status).toBe(503);
  expect(edge.lines.at(-1)).toMatch(/^Error: no\n.*lambda-edge\/note\.js/);
  await bench.close();
});
