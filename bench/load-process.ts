/**
 * The viewers, in a process of their own: to each message, a `LoadTask`, it answers a `Load`. They speak HTTP
 * over bare sockets, which costs less than what they ask does.
 */
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

export interface LoadTask {
  readonly port: number;
  readonly requests: number;
  /** Kept open; each asks again once it has its answer. */
  readonly connections: number;
  /** What is asked for; with `isDistinct`, what the number of the request is put behind. */
  readonly path: string;
  readonly isDistinct: boolean;
}

export type Load = { readonly error: string } | Answered;

export interface Answered {
  readonly perSecond: number;
  /** Milliseconds from a request to the end of its answer. */
  readonly p50: number;
  readonly p99: number;
}

async function load({ port, requests, connections, path, isDistinct }: LoadTask): Promise<Answered> {
  const times: number[] = [];
  let asked = 0;
  const next = (): string | null => {
    if (asked === requests) return null;
    const target = isDistinct ? `${path}${asked}` : path;
    asked++;
    return `GET ${target} HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n`;
  };
  const started = performance.now();
  const viewers = Array.from({ length: Math.min(connections, requests) }, () => viewer(port, next, times));
  await Promise.all(viewers);
  const perSecond = (requests * 1000) / (performance.now() - started);
  times.sort((a, b) => a - b);
  const at = (part: number): number => times[Math.ceil(times.length * part) - 1] ?? Number.NaN;
  return { perSecond, p50: at(0.5), p99: at(0.99) };
}

function viewer(port: number, next: () => string | null, times: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1').setNoDelay();
    let received = '';
    let sent = 0;
    const ask = (): void => {
      const request = next();
      if (request === null) {
        socket.end();
        resolve();
        return;
      }
      received = '';
      sent = performance.now();
      socket.write(request);
    };
    const fail = (message: string): void => {
      socket.destroy();
      reject(new Error(message));
    };
    socket.setEncoding('latin1');
    socket.once('connect', ask);
    socket.once('error', reject);
    socket.once('close', () => fail('expected an answer, got a closed connection'));
    socket.on('data', (chunk: string) => {
      received += chunk;
      const length = lengthOf(received);
      if (length === undefined || received.length < length) return;
      if (!received.startsWith('HTTP/1.1 200 ')) return fail(`expected 200, got ${received.slice(9, 12)}`);
      times.push(performance.now() - sent);
      ask();
    });
  });
}

/** Of a whole answer, head and body; undefined while its head is not whole. */
function lengthOf(received: string): number | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [, length] = /\r\ncontent-length: (\d+)\r\n/i.exec(received.slice(0, end + 2)) ?? [];
  return length === undefined ? end + 4 : end + 4 + Number(length);
}

process.on('message', (task: LoadTask) => {
  load(task).then(
    (answered) => process.send?.(answered),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
process.once('disconnect', () => process.exit());
