/** Viewers of a drill: requests over HTTP, each at its time, whatever became of those before it. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as after } from 'node:timers/promises';
import type { Sample } from './sample.ts';

/** A GET request that is due. */
export interface DueRequest {
  readonly phase: string;
  readonly due: number;
  readonly path: string;
  /** Where its viewer is; null: nowhere but here. */
  readonly city: string | null;
}

export interface Viewing {
  /** Scheme, host and port. */
  readonly url: string;
  /** By when an answer has to be there as a whole. */
  readonly timeoutMs: number;
  /** Milliseconds since the drill began. */
  now(): number;
  /** Ends it: what is not answered then is no sample. */
  readonly signal: AbortSignal;
  onSample(sample: Sample): void;
}

/** Sends them all, in the order in which they are due, and settles when the last is answered. It never rejects. */
export async function view(requests: readonly DueRequest[], viewing: Viewing): Promise<void> {
  const answers: Promise<void>[] = [];
  for (const request of requests) {
    const early = request.due - viewing.now();
    if (early > 0) await after(early, undefined, { signal: viewing.signal }).catch(() => {});
    if (viewing.signal.aborted) break;
    answers.push(answer(request, viewing));
  }
  await Promise.all(answers);
}

async function answer(request: DueRequest, viewing: Viewing): Promise<void> {
  const { phase, due, path, city } = request;
  const seen = await seenOf(request, viewing);
  if (!viewing.signal.aborted) viewing.onSample({ ...NOTHING, phase, due, path, city, ...seen });
}

type Seen = Partial<Sample> & Pick<Sample, 'waitedMs'>;

/** Over a connection of its own: the time to the first byte holds connecting. */
function seenOf({ due, path, city }: DueRequest, { url, timeoutMs, signal, now }: Viewing): Promise<Seen> {
  const timeout = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve) => {
    const sent = (url.startsWith('https:') ? httpsRequest : httpRequest)(new URL(url + path), {
      agent: false,
      headers: { 'accept-encoding': 'gzip', ...(city !== null && { 'x-edgekeeper-viewer': city }) },
      signal: AbortSignal.any([signal, timeout]),
    });
    const fail = (failure: string): void =>
      resolve({ waitedMs: now() - due, failure: timeout.aborted ? 'TIMEOUT' : failure });
    // Without an error, when the server changes to another protocol.
    const close = (): void => fail('ECONNRESET');
    sent.once('close', close);
    sent.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.name));
    sent.once('response', (response) => {
      const waitedMs = now() - due;
      sent
        .off('close', close)
        .removeAllListeners('error')
        .on('error', () => {});
      response.on('error', () => {});
      response.once('close', () => resolve({ waitedMs, ...toldBy(response) }));
      response.resume();
    });
    sent.end();
  });
}

const NOTHING = { status: null, failure: null, isBroken: false, region: null, role: null, isFresh: false };

/** As AWS names a region, and we a role: samples are kept and printed, and whoever answers may be anybody. */
const NAME = /^[a-z0-9-]{1,32}$/;

function toldBy({ statusCode, headers, complete }: IncomingMessage): Partial<Sample> {
  const text = (name: string): string | null => headers[name]?.toString() ?? null;
  const named = (name: string): string | null => text(name)?.match(NAME)?.[0] ?? null;
  return {
    status: statusCode ?? null,
    isBroken: !complete,
    region: named('x-origin-region'),
    role: named('x-origin-role'),
    isFresh: /^(Miss|RefreshHit) /.test(text('x-cache') ?? ''),
  };
}
