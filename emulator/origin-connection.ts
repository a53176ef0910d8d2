/** One request to one origin: connection attempts, timeouts, and what comes of them. */
import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Clock } from './clock.ts';
import type { Origin } from './distribution.ts';
import type { OnInterim, Tunnel } from './exchange.ts';
import { type HeaderLines, headerLines, rawHeaders } from './headers.ts';
import type { KeptConnections } from './kept-connections.ts';
import { signed } from './origin-signature.ts';
import type { OriginAttempt, Trace } from './trace.ts';

/** The address that stands in for an origin. */
export interface OriginAddress {
  readonly protocol: 'http:' | 'https:';
  /** A name or an IP address. With TLS it is the name that the certificate has to bear. */
  readonly host: string;
  readonly port: number;
  /** Attempts to connect get no answer at all. */
  readonly isUnreachable: boolean;
  /** The name has no address. */
  readonly isUnresolvable: boolean;
  /** Something is wrong on the way, or there: each request has a connection of its own, to meet it. */
  readonly isFaulty: boolean;
  /** What a folder knows signed requests by; null: requests are not signed. */
  readonly signingKey: string | null;
}

/** A request as the origin gets it. */
export interface OriginRequest {
  readonly method: string;
  /** Path and query string. */
  readonly target: string;
  readonly headers: HeaderLines;
  readonly body: Readable | null;
  /** Told of interim responses: those of status 1xx, other than 100 and 101. */
  readonly onInterim?: OnInterim;
  /** Whether the origin may answer 101, and the connection goes on as something else. */
  readonly mayUpgrade?: boolean;
  /** Told of each attempt. */
  readonly trace?: Trace;
}

export interface OriginAnswer {
  readonly status: number;
  readonly headers: HeaderLines;
  readonly body: IncomingMessage;
  /** With 101. */
  readonly tunnel?: Tunnel;
}

/**
 * `unresolved`: the name has no address, or nobody stands in for it; `unreachable`: no connection was made in time; `refused`: the
 * port is closed; `untrusted`: the TLS handshake failed, or the certificate is not the origin's;
 * `timed-out`: a connection, but no answer in time; `broken`: the connection ended before an answer.
 */
export type OriginFailure = 'unresolved' | 'unreachable' | 'refused' | 'untrusted' | 'timed-out' | 'broken';

/** Requests of these methods can be sent a second time, when the first got no answer. */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * The origin's answer, as soon as its headers are there, or the failure of the last attempt.
 * Connecting is tried `connectionAttempts` times; for GET and HEAD to a custom origin, so is waiting,
 * which begins when the request's body has been sent. Bodies pass as fast as the slower side takes them.
 * A body of an answer that stops for longer than the read timeout is broken off. The response completion
 * timeout bounds all of it, from the first attempt to the last byte.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
 */
export async function askOrigin(
  origin: Origin,
  address: () => OriginAddress,
  request: OriginRequest,
  clock: Clock,
  connections: KeptConnections,
): Promise<OriginAnswer | OriginFailure> {
  const mayWaitAgain = origin.type === 'custom' && (request.method === 'GET' || request.method === 'HEAD');
  const { responseCompletionTimeoutSeconds: bound } = origin;
  const end = new AbortController();
  const cancelEnd = bound === null ? () => {} : clock.after(bound * 1000, () => end.abort());
  let answer: OriginAnswer | OriginFailure = 'unreachable';
  for (let attempt = 1; attempt <= origin.connectionAttempts; attempt++) {
    answer = await attemptOver(origin, address(), request, clock, connections, end.signal);
    if (typeof answer !== 'string') {
      answer.body.once('close', cancelEnd);
      return answer;
    }
    if (end.signal.aborted || answer === 'broken' || (answer === 'timed-out' && !mayWaitAgain)) break;
  }
  cancelEnd();
  return answer;
}

/**
 * One attempt, over a connection that was kept where there is one. An origin may have closed that just
 * then, which is no failure of the origin: the request is sent again, over a connection of its own
 * (RFC 9112, section 9.3.1).
 */
async function attemptOver(
  origin: Origin,
  address: OriginAddress,
  request: OriginRequest,
  clock: Clock,
  connections: KeptConnections,
  end: AbortSignal,
): Promise<OriginAnswer | OriginFailure> {
  const isKept = !address.isFaulty && SAFE_METHODS.includes(request.method) && request.body === null;
  const agent = isKept && connections.agentFor(origin, address.protocol);
  const answer = await attemptOnce(origin, address, request, clock, agent, end);
  if (answer !== 'closed') return answer;
  return attemptOver(origin, { ...address, isFaulty: true }, request, clock, connections, end);
}

/** `closed`: a connection that was kept ended before an answer. Without an agent the connection is new, and not kept. */
function attemptOnce(
  origin: Origin,
  address: OriginAddress,
  { method, target, headers, body, onInterim, mayUpgrade = false, trace }: OriginRequest,
  clock: Clock,
  agent: Agent | false,
  end: AbortSignal,
): Promise<OriginAnswer | OriginFailure | 'closed'> {
  return new Promise((resolve) => {
    const isEncrypted = address.protocol === 'https:';
    const told = trace?.attempt({ originId: origin.id, method, target, headers });
    const tell = (what: (now: number) => Partial<OriginAttempt>): void => {
      if (trace !== undefined && told !== undefined) Object.assign(told, what(trace.now()));
    };
    const sent = (isEncrypted ? httpsRequest : httpRequest)({
      host: address.isUnresolvable ? NO_SUCH_NAME : address.host,
      port: address.port,
      servername: isIP(address.host) === 0 ? address.host : '',
      method,
      path: target,
      headers: rawHeaders(signed(origin, address.signingKey, headers)),
      setHost: false,
      ...(address.isUnresolvable && { lookup: noSuchName }),
      ...(address.isUnreachable ? { createConnection: () => new Socket() } : { agent }),
    });
    let reached: 'nothing' | 'port' | 'origin' = 'nothing';
    const fail = (failure: OriginFailure | 'closed'): void => {
      cancel();
      sent.destroy();
      tell((end) => ({ end, result: told?.result ?? failure }));
      resolve(failure);
    };
    // An answer that is still coming ends with its request.
    end.addEventListener('abort', () => fail('timed-out'));
    let cancel = clock.after(origin.connectionTimeoutSeconds * 1000, () => fail('unreachable'));
    const restart = (ms: number, expired: () => void): void => {
      cancel();
      cancel = clock.after(ms, expired);
    };
    let isAnswered = false;
    const awaitAnswer = (): void => {
      if (!isAnswered) restart(origin.readTimeoutSeconds * 1000, () => fail('timed-out'));
    };
    sent.once('finish', awaitAnswer);
    const connected = (): void => {
      reached = 'origin';
      tell((connect) => ({ connect, isReused: sent.reusedSocket }));
      cancel();
      // While the body is under way, the origin is waited for only when it takes no more of it.
      body?.on('pause', awaitAnswer);
      body?.on('resume', () => isAnswered || cancel());
      send(sent, body);
    };
    sent.once('socket', (socket) => {
      if (sent.reusedSocket) {
        connected();
        return;
      }
      socket.once('connect', () => {
        reached = 'port';
      });
      socket.once(isEncrypted ? 'secureConnect' : 'connect', connected);
    });
    if (onInterim !== undefined) {
      sent.on('information', ({ statusCode, rawHeaders }) => onInterim(statusCode, headerLines(rawHeaders)));
    }
    if (mayUpgrade) {
      sent.once('upgrade', (response, socket, head) => {
        cancel();
        tell((firstByte) => ({ firstByte, result: 101 }));
        const headers = headerLines(response.rawHeaders);
        resolve({ status: 101, headers, body: response, tunnel: { socket, head } });
      });
    }
    sent.once('response', (response) => {
      isAnswered = true;
      const status = response.statusCode ?? 502;
      tell((firstByte) => ({ firstByte, result: status }));
      // Only while somebody reads: a viewer that takes its time is no silence of the origin.
      const readTimeout = (): void => {
        if (!response.closed) restart(origin.readTimeoutSeconds * 1000, () => response.destroy());
      };
      cancel();
      // First of all: to listen for data would read an empty body to its end before anybody else listens.
      response.pause();
      response.on('data', readTimeout);
      response.on('resume', readTimeout);
      response.on('pause', () => cancel());
      response.once('close', () => {
        cancel();
        tell((end) => ({ end }));
      });
      resolve({ status, headers: headerLines(response.rawHeaders), body: response });
    });
    sent.once('error', (error: NodeJS.ErrnoException) => {
      if (sent.reusedSocket) fail('closed');
      else if (reached === 'origin') fail('broken');
      else if (reached === 'port') fail('untrusted');
      else fail(UNRESOLVED.includes(error.code ?? '') ? 'unresolved' : 'refused');
    });
  });
}

/** Never a host (RFC 6761, section 6.4). */
const NO_SUCH_NAME = 'origin.invalid';

const UNRESOLVED = ['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME'];

const noSuchName: LookupFunction = (name, _, done) => {
  done(Object.assign(new Error(`no address for ${name}`), { code: 'ENOTFOUND' }), '');
};

function send(sent: ClientRequest, body: Readable | null): void {
  if (body === null) sent.end();
  else body.once('error', () => sent.destroy()).pipe(sent);
}
