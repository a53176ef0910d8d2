/** A distribution over one origin that answers what a test has written down, by real HTTP on both sides. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { EdgeCache } from '../../emulator/cache.ts';
import { cloudFrontCache } from '../../emulator/cloudfront-cache.ts';
import type { Distribution } from '../../emulator/distribution.ts';
import { edgeLocationAt } from '../../emulator/edge-location.ts';
import type { EdgeRequest } from '../../emulator/exchange.ts';
import { keptConnections } from '../../emulator/kept-connections.ts';
import { type ManualClock, manualClock } from '../../emulator/manual-clock.ts';
import { openAnswers } from '../../emulator/open-answers.ts';
import { serve } from '../../emulator/pipeline.ts';
import { readTemplate } from '../../emulator/template.ts';
import { viewerListener } from '../../emulator/viewer-listener.ts';
import { type Answer, type Asked, ask } from './edge.ts';

/** A status alone, or an answer. `broken`: the connection ends in its place. */
export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  readonly broken?: boolean;
  /** The connection ends after the body, shorter than its length. */
  readonly isCut?: boolean;
  /** The body does not end before the edge is told to release it. */
  readonly isHeld?: boolean;
  /** Sent before it, as 103. */
  readonly hints?: Readonly<Record<string, string>>;
  /** Sent after the body. */
  readonly trailers?: Readonly<Record<string, string>>;
  /** It is sent when this settles. */
  readonly after?: Promise<unknown>;
}

export interface Received {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Promise<string>;
}

export interface ScriptedEdge {
  readonly clock: ManualClock;
  readonly cache: EdgeCache;
  /** What the origin answers, in turn; the last one again and again. */
  script(...answers: readonly Scripted[]): void;
  /** Ends the bodies that are held. */
  release(): void;
  /** What the origin was asked since the script was written. */
  readonly received: readonly Received[];
  /** Settles when the origin has been asked so often since then. */
  whenReceived(count: number): Promise<void>;
  ask(target: string, asked?: Asked): Promise<Answer>;
  readonly failures: readonly unknown[];
  close(): Promise<void>;
}

type CacheKind = (clock: ManualClock, onFailure: (error: unknown) => void) => EdgeCache;

export async function scriptedEdge(
  template: unknown,
  kind: CacheKind = cloudFrontCache,
  served: (distribution: Distribution) => Distribution = (distribution) => distribution,
): Promise<ScriptedEdge> {
  const clock = manualClock();
  const failures: unknown[] = [];
  const onFailure = (error: unknown): void => void failures.push(error);
  let answers: readonly Scripted[] = [];
  let received: Received[] = [];
  const held: ServerResponse[] = [];
  let waiters: { count: number; resolve: () => void }[] = [];

  const origin = createServer((request, response) => {
    const answer = answers[Math.min(received.length, answers.length - 1)] ?? {};
    received.push({
      method: request.method ?? '',
      target: request.url ?? '',
      headers: request.headers,
      body: text(request),
    });
    for (const { count, resolve } of waiters) if (received.length >= count) resolve();
    if (answer.isHeld) held.push(response);
    void (answer.after ?? Promise.resolve()).then(() => send(answer, response));
  });
  const originPort = await listening(origin);

  const distribution = served(readTemplate(template).distribution);
  const cache = kind(clock, onFailure);
  const edge = {
    distribution,
    home: { location: edgeLocationAt('eu-central-1'), viewer: null },
    httpsPort: null,
    knownHostsOnly: false,
    clock,
    cache,
    publicKeys: new Map(),
    cloudFrontFunctions: new Map(),
    lambdaFunctions: new Map(),
    responseHeadersPolicy: 'after-viewer-response' as const,
    onLine: () => {},
    onLogData: () => {},
    open: openAnswers(),
    network: {
      clock,
      connections: keptConnections(clock),
      addressOf: () => ({
        protocol: 'http:' as const,
        host: '127.0.0.1',
        port: originPort,
        isUnreachable: false,
        isUnresolvable: false,
        isFaulty: false,
        signingKey: null,
      }),
      onAttempt: () => {},
    },
  };
  const service = {
    arriving: (request: EdgeRequest) => ({ request, refusal: null }),
    serve: (request: EdgeRequest) => serve(edge, request),
    onAnswered: () => null,
    onCrash: onFailure,
    clock,
    passesInterim: false,
  };
  const viewers = viewerListener(service, 'https');
  const url = `http://localhost:${await listening(viewers)}`;

  return {
    clock,
    cache,
    failures,
    script(...next) {
      answers = next;
      received = [];
      waiters = [];
    },
    release() {
      for (const response of held.splice(0)) response.end();
    },
    get received() {
      return received;
    },
    whenReceived: (count) =>
      new Promise((resolve) => {
        if (received.length >= count) resolve();
        else waiters.push({ count, resolve });
      }),
    ask: (target, asked) => ask(url, target, asked),
    close: async () => {
      await Promise.all([origin, viewers].map(stopped));
    },
  };
}

function send(
  { status = 200, headers = {}, body = '', broken = false, isCut = false, isHeld = false, hints, trailers }: Scripted,
  response: ServerResponse,
): void {
  if (broken) {
    response.socket?.destroy();
    return;
  }
  response.sendDate = false;
  if (hints !== undefined) response.writeEarlyHints({ link: '</style.css>; rel=preload', ...hints });
  response.writeHead(
    status,
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value as string])),
  );
  if (isHeld) response.write(body);
  else if (trailers !== undefined) {
    response.write(body);
    response.addTrailers(trailers);
    response.end();
  } else if (isCut) response.write(body, () => response.socket?.destroy());
  else response.end(body);
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function stopped(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
