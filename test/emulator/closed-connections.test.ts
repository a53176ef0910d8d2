/** After which answers the connection to the viewer ends: reference, section 7.3. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { documented } from '../support/rows.ts';
import { template } from '../support/template.ts';

const CODE = `function handler(event) {
  const status = Number(event.request.uri.slice(1));
  return status ? { statusCode: status } : event.request;
}`;

let bench: TestBench;
let edge: TestEdge;
beforeAll(async () => {
  bench = await plainBench(template({ code: CODE }));
  edge = await bench.start();
});
afterAll(() => bench.close());

test.each(
  documented([
    ...[400, 405, 414, 416, 500, 501].map((status) => ({ request: status, expected: 'close', see: '7.3' })),
    ...[200, 403, 404, 502, 503, 504].map((status) => ({ request: status, expected: 'keep-alive', see: '7.3' })),
  ]),
)('$kind: $request: $expected ($see)', async ({ request, expected }) => {
  const { status, headers } = await ask(edge.url, `/${request}`, { headers: { connection: 'keep-alive' } });
  expect({ status, connection: headers.connection }).toEqual({ status: request, connection: expected });
});
