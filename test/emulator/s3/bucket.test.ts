/** A bucket as a server: it starts, keeps what it received, and closes. */
import { once } from 'node:events';
import { open, rm, symlink } from 'node:fs/promises';
import { Agent } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Fault } from '../../../emulator/fault.ts';
import { manualClock } from '../../../emulator/manual-clock.ts';
import { startBucket } from '../../../emulator/s3/bucket.ts';
import { askBucket as ask } from '../../support/ask-bucket.ts';
import { type BucketOfFiles, bucketOfFiles } from '../../support/bucket-of-files.ts';

let files: BucketOfFiles;
beforeAll(async () => {
  files = await bucketOfFiles();
});
afterEach(() => files.closeOthers());
afterAll(() => files.close());

describe('what was received', () => {
  test('is kept as it came, newest last', async () => {
    const made = await files.start();
    await ask(made, '/ten.txt', { headers: { 'x-test': 'one' } });
    await ask(made, '/../a%2fb?c', { method: 'HEAD' });
    expect(made.received).toEqual([
      { method: 'GET', target: '/ten.txt', headers: expect.objectContaining({ 'x-test': 'one' }) },
      { method: 'HEAD', target: '/../a%2fb?c', headers: expect.objectContaining({ host: `127.0.0.1:${made.port}` }) },
    ]);
  });

  test('is forgotten after a thousand requests', async () => {
    const made = await files.start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = 0; n <= 1_000; n += 1) await ask(made, `/${n}`, { agent, method: 'HEAD' });
    agent.destroy();
    expect(made.received).toHaveLength(1_000);
    expect(made.received[0]?.target).toBe('/1');
    expect(made.received.at(-1)?.target).toBe('/1000');
  });
});

describe('starting and closing', () => {
  test('tells where it is', async () => {
    const made = await files.start();
    expect(made).toMatchObject({ name: 'us-east-1', folder: files.folder });
    expect(made.url).toBe(`http://127.0.0.1:${made.port}`);
  });

  test.each([
    { path: 'nowhere', got: 'nothing' },
    { path: 'secret.txt', got: 'a file' },
  ])('needs its folder: $got', async ({ path, got }) => {
    await expect(files.start({ folder: join(files.parent, path) })).rejects.toMatchObject({
      name: 'EdgeError',
      code: 'ERR_FILE_MISSING',
      message: `origin us-east-1: expected a folder at ${join(files.parent, path)}, got ${got} there`,
    });
  });

  test('needs its port', async () => {
    const taken = startBucket({ folder: files.folder, name: 'eu-west-1', clock: files.clock, port: files.bucket.port });
    await expect(taken).rejects.toMatchObject({
      code: 'ERR_LISTEN_FAILED',
      message: `origin eu-west-1: expected a port to listen on, got ${files.bucket.port}: EADDRINUSE`,
    });
  });

  test('takes the port that it is given', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const made = await files.start({ port });
    expect(made.port).toBe(port);
    expect((await ask({ port }, '/ten.txt')).status).toBe(200);
  });

  test('a folder that is itself a link is the folder it leads to', async () => {
    await symlink(files.folder, join(files.parent, 'link'));
    const made = await files.start({ folder: join(files.parent, 'link') });
    expect((await ask(made, '/ten.txt')).status).toBe(200);
    expect((await ask(made, '/out.txt')).status).toBe(403);
  });

  test.each([null, { kind: 'hang' }, { kind: 'slow', ms: 600_000 }, { kind: 'refuse' }] as (Fault | null)[])(
    'closing leaves nothing open: %o',
    async (fault) => {
      const own = manualClock();
      await vi.waitFor(() => expect(handles('TCP')).toEqual(['TCPServerWrap']));
      const made = await startBucket({ folder: files.folder, name: 'us-east-1', clock: own });
      const idle = new Agent({ keepAlive: true });
      await ask(made, '/ten.txt', { agent: idle });
      await made.setFault(fault);
      const cut = ask(made, '/ten.txt').catch((error: NodeJS.ErrnoException) => error.code);
      await vi.waitFor(() => expect(made.received.length === 2 || fault?.kind === 'refuse').toBe(true));

      await made.close();
      await cut;
      await vi.waitFor(() => expect(handles('TCP')).toEqual(['TCPServerWrap']));
      expect(own.pending()).toBe(0);
      await expect(ask(made, '/ten.txt')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    },
  );

  test('closing ends the reading of a file', async () => {
    const file = await open(join(files.folder, 'huge.bin'), 'w');
    await file.truncate(2 * 1024 ** 3);
    await file.close();
    const made = await files.start();
    const cut = ask(made, '/huge.bin').catch((error: NodeJS.ErrnoException) => error.code);
    await vi.waitFor(() => expect(made.received).toHaveLength(1));
    await vi.waitFor(() => expect(handles('FSReq')).not.toEqual([]));
    await made.close();
    expect(await cut).toBe('ECONNRESET');
    // A file that is being read is left alone for a turn now and then, but never for a hundred.
    for (let turn = 0; turn < 100; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (handles('FSReq').length > 0) turn = 0;
    }
    await rm(join(files.folder, 'huge.bin'));
  });

  test('closing twice is closing once, and what is closed stays closed', async () => {
    const made = await files.start();
    await Promise.all([made.close(), made.close()]);
    await made.setFault(null);
    await expect(ask(made, '/ten.txt')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

/** What this process has open, of one kind. */
function handles(kind: string): string[] {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith(kind));
}
