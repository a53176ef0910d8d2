/** Events at the same time, each of which has an instance of its own. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { ask } from '../../support/edge.ts';
import { functionBench } from '../../support/function-bench.ts';
import { withLambda } from '../../support/function-files.ts';

const own = functionBench(withLambda());

/** Keeps all who ask waiting. */
async function waitingRoom() {
  const waiting: ServerResponse[] = [];
  const server = createServer((_, response) => {
    waiting.push(response);
    server.emit('asked');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async filledBy(count: number) {
      while (waiting.length < count) await once(server, 'asked');
    },
    close() {
      for (const each of waiting) each.end();
      server.close();
    },
  };
}

const functionAt = (url: string) => `const { threadId } = require('node:worker_threads');
  exports.handler = async ({ Records: [{ cf: { request } }] }) => {
    if (request.uri === '/wait') await fetch('${url}');
    return { status: '200', body: String(threadId) };
  };`;

test('eight have an instance each, more wait; one after the other they share one', async () => {
  const room = await waitingRoom();
  const edge = await own.bench.start({ functions: { auth: await own.files.write('wait.js', functionAt(room.url)) } });
  const alone = [(await ask(edge.url, '/')).body, (await ask(edge.url, '/')).body];
  expect(alone[1]).toBe(alone[0]);

  const together = Array.from({ length: 8 }, () => ask(edge.url, '/wait'));
  await room.filledBy(8);
  const more = Array.from({ length: 20 }, () => ask(edge.url, '/'));
  room.close();
  const answers = await Promise.all([...together, ...more]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.slice(0, 8).map(({ body }) => body)).size).toBe(8);
  expect(new Set(answers.map(({ body }) => body)).size).toBe(8);
});
