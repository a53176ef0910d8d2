/** What is deployed to a running edge: from which request on it serves, what stays, and what a failure leaves. */
import diagnostics from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EdgeError } from '../../config/errors.ts';
import type { EdgeChanges, EdgeOptions } from '../../emulator/edge.ts';
import { ask, plainBench, type TestBench, type TestEdge } from '../support/edge.ts';
import { type FunctionFiles, functionFiles, withScript } from '../support/function-files.ts';
import { customOrigin, template } from '../support/template.ts';
import { SECRET } from '../support/tokens.ts';
import { watchEvents } from '../support/watched-events.ts';

let bench: TestBench;
let files: FunctionFiles;
let edge: TestEdge;
beforeAll(async () => {
  bench = await plainBench(template());
  files = await functionFiles();
});
afterAll(async () => {
  await bench.close();
  await files.close();
});

/** A viewer response that says which version it is. */
const saying = (version: string) =>
  `function handler(event) { event.response.headers['x-version'] = { value: '${version}' }; return event.response; }`;
const versioned = (version: string, init: object = {}) =>
  template({ scripts: { 'viewer-response': saying(version) }, ...init });

async function start(options: Partial<EdgeOptions> = {}): Promise<void> {
  edge = await bench.start({ template: versioned('one'), ...options });
}
const version = async (target = '/film.mp4') => (await ask(edge.url, target)).headers['x-version'];

describe('an update', () => {
  beforeEach(() => start());

  test('serves from the next request on, and is what the edge tells', async () => {
    expect(await version()).toBe('one');
    await edge.update({ template: versioned('two', { distribution: { Aliases: ['films.example.com'] } }) });
    expect(await version()).toBe('two');
    expect(edge.distribution.aliases).toEqual(['films.example.com']);
  });

  test('is waited for by requests that begin while it is made', async () => {
    let finish = (): void => {};
    const made = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const updated = edge.update(async () => {
      await made;
      return { template: versioned('two') };
    });
    const begun = requestsBegun(1);
    const asked = version();
    await begun;
    finish();
    expect(await asked).toBe('two');
    await updated;
  });

  test('of many ends in the last one', async () => {
    const versions = ['a', 'b', 'c', 'd', 'e', 'f'];
    const updates = versions.map((each) => edge.update({ template: versioned(each) }));
    expect(await version()).toBe('f');
    await Promise.all(updates);
    expect(await version()).toBe('f');
  });

  test('of several changes at once is as the last of them, for those who did not wait either', async () => {
    await Promise.all([edge.update({ template: versioned('two') }), edge.update({ clearCache: true })]);
    expect(await version()).toBe('two');
  });
});

test('reads files of functions anew', async () => {
  const file = await files.write('script.js', saying('one'));
  await start({ template: withScript('viewer-response'), functions: { auth: file } });
  expect(await version()).toBe('one');
  await files.write('script.js', saying('two'));
  await edge.update({});
  expect(await version()).toBe('two');
});

describe('requests under way', () => {
  const held: ServerResponse[] = [];
  let arrived: Promise<unknown>;
  beforeEach(async () => {
    held.length = 0;
    const arrivals = new EventEmitter();
    arrived = once(arrivals, 'held');
    const origin: RequestListener = (request, response) => {
      if (request.url !== '/slow') return void response.end('quick');
      response.writeHead(200, { 'content-length': '8' }).write('slow');
      held.push(response);
      arrivals.emit('held');
    };
    await start({ origins: { 'us-east-1': origin } });
  });

  test('end as they began, while others are served by the next', async () => {
    const slow = ask(edge.url, '/slow');
    await arrived;
    await edge.update({ template: versioned('two') });
    expect(await version('/quick')).toBe('two');
    held[0]?.end('slow');
    expect(await slow).toMatchObject({ status: 200, body: 'slowslow', headers: { 'x-version': 'one' } });
    expect(await version('/quick')).toBe('two');
  });

  test('have their origin until they end, though the next has it no more', async () => {
    const slow = ask(edge.url, '/slow');
    await arrived;
    const { url } = edge.origin('us-east-1');
    await edge.update({ origins: {} });
    expect((await ask(edge.url, '/other')).status).toBe(502);
    held[0]?.end('slow');
    expect((await slow).body).toBe('slowslow');
    await expect.poll(() => isListening(url)).toBe(false);
  });

  test('that never end are ended by the limits of their function, and leave nothing behind', async () => {
    const running = countedThreads();
    const endless = template({ code: 'function handler() { while (true); }' });
    await edge.update({ template: endless });
    const begun = requestsBegun(2);
    const [first, second] = [ask(edge.url, '/a'), ask(edge.url, '/b')];
    await begun;
    await edge.update({ template: versioned('two') });
    expect(await version('/quick')).toBe('two');
    expect((await first).status).toBe(503);
    expect((await second).status).toBe(503);
    await expect.poll(running.count).toBe(1);
    running.stop();
  });
});

describe('the cache', () => {
  const DAY_MS = 86_400_000;
  const arrivals = new EventEmitter();
  let minTtl = 0;
  let isHolding = false;
  const origin: RequestListener = (_, response) => {
    response.setHeader('etag', '"1"');
    if (isHolding) arrivals.emit('held', response);
    else response.end('quick');
  };
  const xCache = async (target: string) => (await ask(edge.url, target)).headers['x-cache'];
  const HIT = 'Hit from cloudfront';
  const MISS = 'Miss from cloudfront';
  beforeEach(async () => {
    await start();
    expect(await xCache('/film.mp4')).toBe(MISS);
    expect(await xCache('/x')).toBe(MISS);
  });

  test.each([
    ['stays', { template: versioned('two') }, HIT, HIT],
    ['stays when nothing else changes', {}, HIT, HIT],
    ['is emptied where that is asked for', { clearCache: true }, MISS, MISS],
    [
      'forgets what a changed policy is for',
      { template: versioned('two', { cachePolicy: { MinTTL: 1 } }) },
      MISS,
      MISS,
    ],
    ['keeps the rest', { template: versioned('two', { distribution: forFilms() }) }, MISS, HIT],
  ])('%s', async (_, changes, film, other) => {
    await edge.update(changes);
    expect(await xCache('/film.mp4')).toBe(film);
    expect(await xCache('/x')).toBe(other);
  });

  test.each([
    ['an update that empties it', () => edge.update({ clearCache: true })],
    [
      'an update of the policy',
      () => edge.update({ template: versioned('two', { cachePolicy: { MinTTL: ++minTtl } }) }),
    ],
    ['emptying it', async () => edge.clearCache()],
    [
      'an invalidation',
      () => ask(edge.control, '/invalidations', { method: 'POST', body: JSON.stringify({ paths: ['/s*'] }) }),
    ],
  ])('keeps nothing that was under way at %s', async (_, remove) => {
    await start({ origins: { 'us-east-1': origin } });
    for (const isConfirmed of [false, true]) {
      isHolding = true;
      const holds = once(arrivals, 'held') as Promise<[ServerResponse]>;
      const slow = ask(edge.url, '/slow');
      const [held] = await holds;
      isHolding = false;
      await remove();
      if (isConfirmed) held.writeHead(304);
      held.end();
      expect((await slow).headers['x-cache']).toBe(isConfirmed ? 'RefreshHit from cloudfront' : MISS);
      expect(await xCache('/slow')).toBe(MISS);
      expect(await xCache('/slow')).toBe(HIT);
      edge.clock.advance(DAY_MS + 1);
    }
  });

  test('answers nobody to whom the path is closed now', async () => {
    const closed = "function handler() { return { statusCode: 403, statusDescription: 'Forbidden' }; }";
    await edge.update({ template: template({ code: closed }) });
    expect((await ask(edge.url, '/film.mp4')).status).toBe(403);
  });
});

/** A behavior of its own, whose cache policy is CloudFront's `CachingOptimized`. */
function forFilms() {
  const policy = '658327ea-f89d-4fab-a63d-7e88639e58f6';
  const CacheBehaviors = [
    { PathPattern: '*.mp4', TargetOriginId: 'regional', ViewerProtocolPolicy: 'allow-all', CachePolicyId: policy },
  ];
  return { CacheBehaviors };
}

describe('origins', () => {
  beforeEach(() => start());

  test('keep what they are where id and source stay', async () => {
    await ask(edge.url, '/film.mp4');
    const before = edge.origin('us-east-1');
    await before.setFault({ kind: 'status', status: 404 });
    await edge.update({ template: versioned('two'), origins: { ...bench.folders } });
    expect(edge.origin('us-east-1')).toBe(before);
    expect(edge.origin('us-east-1').fault).toEqual({ kind: 'status', status: 404 });
    expect((await ask(edge.url, '/other')).status).toBe(404);
  });

  test('with another source are others; the first ends', async () => {
    const before = edge.origin('us-east-1').url;
    await edge.update({ origins: { 'us-east-1': (_request, response) => void response.end('handled') } });
    expect((await ask(edge.url, '/other')).body).toBe('handled');
    expect(edge.buckets.size).toBe(0);
    await expect.poll(() => isListening(before)).toBe(false);
    expect(edge.notices.join()).toContain('origin eu-west-1: nothing stands in');
  });

  test('that cannot be had leave those that are there, and none that was begun', async () => {
    const before = edge.origin('us-east-1').url;
    await expect(edge.update({ origins: { 'us-east-1': '/none/of/that' } })).rejects.toMatchObject({
      code: 'ERR_FILE_MISSING',
    });
    expect(await isListening(before)).toBe(true);
    expect(await version()).toBe('one');
  });
});

describe('an update that fails', () => {
  const secretHeader = { HeaderName: 'X-Origin-Verify', HeaderValue: [SECRET] };
  const NAVIGATION = { headers: { 'sec-fetch-mode': 'navigate' } };
  beforeEach(() => start());

  test.each([
    ['a script that does not parse', { template: template({ code: 'function handler( {' }) }, 'ERR_TEMPLATE_INVALID'],
    ['no template', { template: {} }, 'ERR_TEMPLATE_INVALID'],
    ['an origin of no distribution', { origins: { other: 'http://localhost:1' } }, 'ERR_OPTION_INVALID'],
    ['parameters of a config', { distributionConfig: {}, parameters: { A: 'b' } }, 'ERR_OPTION_INVALID'],
  ])('for %s leaves the last good version, and says why', async (_, changes, code) => {
    const threads = countedThreads();
    await expect(edge.update(changes)).rejects.toMatchObject({ code });
    expect(edge.updateFailure?.code).toBe(code);
    expect(await ask(edge.url, '/film.mp4')).toMatchObject({
      status: 200,
      headers: { 'x-version': 'one', 'x-edgekeeper-update-failed': code },
    });
    const page = await ask(edge.url, '/film.mp4', NAVIGATION);
    expect(page).toMatchObject({ status: 500, headers: { 'cache-control': 'no-store' } });
    expect(page.headers['x-edgekeeper-update-failed']).toBe(code);
    expect(page.body).toContain(code);
    await expect.poll(threads.count).toBe(0);
    threads.stop();

    await edge.update({});
    expect(edge.updateFailure).toBe(null);
    const repaired = await ask(edge.url, '/film.mp4', NAVIGATION);
    expect(repaired.status).toBe(200);
    expect(repaired.headers).not.toHaveProperty('x-edgekeeper-update-failed');
  });

  test('for a source shows its lines, as text', async () => {
    const file = await files.write('broken.ts', 'export const a = 1;\nconst b = "<script>" +;\nconst c = 3;\n');
    await expect(
      edge.update({ template: withScript('viewer-response'), functions: { auth: file } }),
    ).rejects.toMatchObject({ code: 'ERR_BUILD_FAILED' });
    const { body } = await ask(edge.url, '/film.mp4', NAVIGATION);
    expect(body).toContain(`${file}:2:`);
    expect(body).toContain('2 | const b = "&#60;script&#62;" +;\n  | ');
    expect(body).not.toContain('<script');
  });

  test.each([
    [
      'an origin has in a header',
      () => ({
        template: template({
          distribution: { Origins: [customOrigin('us-east-1', { OriginCustomHeaders: [secretHeader] })] },
        }),
      }),
    ],
    [
      'a source has',
      async () => {
        const file = await files.write('secret.ts', `const key = '${SECRET}'\nconst b = "" +;\n`);
        return { template: withScript('viewer-response'), functions: { auth: file } };
      },
    ],
    [
      'what makes the changes tells',
      async () => {
        throw new EdgeError('ERR_KEY_INVALID', `keys: expected a key, got "${SECRET}"`);
      },
    ],
  ])('tells no secret that %s', async (_, changes: () => EdgeChanges | Promise<EdgeChanges>) => {
    const watched = await watchEvents(edge.control);
    await expect(edge.update(async () => changes())).rejects.toMatchObject({ code: expect.any(String) });
    const { body } = await ask(edge.url, '/film.mp4', NAVIGATION);
    expect(body).toContain('<h2>ERR_');
    expect(`${body}${await watched.until('event: update')}`).not.toContain(SECRET);
    watched.close();
  });

  test('for what makes the changes is no other', async () => {
    const failing = edge.update(async () => {
      throw new EdgeError('ERR_BUILD_FAILED', 'keys/a.pem:1:1: expected a key');
    });
    await expect(failing).rejects.toMatchObject({ code: 'ERR_BUILD_FAILED' });
    const { body } = await ask(edge.url, '/film.mp4', NAVIGATION);
    expect(body).toContain('keys/a.pem:1:1: expected a key');
    expect(body).not.toContain('<pre>');
  });
});

test('threads of earlier deployments end', async () => {
  const threads = countedThreads();
  await start();
  for (let count = 0; count < 5; count++) await edge.update({ template: versioned(String(count)) });
  expect(await version()).toBe('4');
  await expect.poll(threads.count).toBe(1);
  await edge.close();
  await expect.poll(threads.count).toBe(0);
  threads.stop();
});

test('functions that stay the same go on where they run, until they are gone', async () => {
  await start();
  const threads = countedThreads();
  await edge.update({ template: versioned('one', { distribution: { Aliases: ['films.example.com'] } }) });
  await edge.update({});
  expect(await version()).toBe('one');
  expect(threads.count()).toBe(0);
  await edge.update({ template: versioned('two') });
  expect(await version()).toBe('two');
  await expect.poll(threads.count).toBe(1);
  await edge.update({ template: template() });
  await expect.poll(threads.count).toBe(0);
  threads.stop();
});

test('the thread of a function starts while the changes that bring it are made, and is ended with the edge', async () => {
  await start();
  const threads = countedThreads();
  await edge.update(async () => {
    await expect.poll(threads.count).toBe(1);
    return { template: versioned('two') };
  });
  expect(await version()).toBe('two');
  expect(threads.count()).toBe(1);
  await edge.update(async () => ({}));
  await expect.poll(threads.count).toBe(2);
  await edge.close();
  await expect.poll(threads.count).toBe(0);
  threads.stop();
});

test('an edge that is closed in the middle of an update leaves nothing behind', async () => {
  const threads = countedThreads();
  await start();
  const update = edge.update({ template: versioned('two') });
  await edge.close();
  await update;
  await expect.poll(threads.count).toBe(0);
  threads.stop();
});

test('an edge that is closed starts nothing for an update', async () => {
  await start();
  await edge.close();
  let begun = 0;
  const count = (): void => void begun++;
  process.on('worker', count);
  await edge.update({ template: versioned('two') });
  await edge.update(async () => ({ template: versioned('two') }));
  process.off('worker', count);
  expect(begun).toBe(0);
});

/** Those that began since. */
function countedThreads() {
  const running = new Set<Worker>();
  const add = (thread: Worker): void => {
    running.add(thread);
    thread.once('exit', () => running.delete(thread));
  };
  process.on('worker', add);
  return { count: () => running.size, stop: () => process.off('worker', add) };
}

/** Settles when so many have arrived at servers of this process from now on. */
function requestsBegun(count: number): Promise<void> {
  const channel = 'http.server.request.start';
  let left = count;
  return new Promise((resolve) => {
    const arrive = (): void => {
      left--;
      if (left > 0) return;
      diagnostics.unsubscribe(channel, arrive);
      resolve();
    };
    diagnostics.subscribe(channel, arrive);
  });
}

function isListening(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
