/**
 * CloudFront's control plane on this machine: REST-XML with ETags, for the real SDK.
 *
 * Strict: it refuses what CloudFront refuses, and what CloudFront does not document it does not take.
 */
import type { ServerResponse } from 'node:http';
import { startOriginServer } from '../origin-server.ts';
import { type AccountInit, account, change, type Stored } from './cloudfront/account.ts';
import { refused } from './cloudfront/answers.ts';
import { OPERATIONS } from './cloudfront/operations.ts';
import type { Answer } from './endpoint.ts';
import { type ReceivedText, received } from './received.ts';

/** What goes wrong with one request. `lost`: it is done, and its answer is not told whole. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly code: string }
  | { readonly kind: 'hang' | 'reset' | 'lost' }
  | { readonly kind: 'rival'; readonly edit: (xml: string) => string; readonly of?: string };

interface Planned {
  readonly on: RegExp;
  readonly fault: Fault;
}

export async function startCloudFront(init: AccountInit = {}) {
  const state = account(init);
  const asked: ReceivedText[] = [];
  const planned: Planned[] = [];
  const server = await startOriginServer(async (request, response) => {
    const { path, body, ...others } = await received(request);
    const one = { ...others, path: path.replace(/^\/2020-05-31/, ''), body: body.toString() };
    asked.push(one);
    const at = planned.findIndex(({ on }) => on.test(`${one.method} ${one.path}`));
    const fault = at === -1 ? undefined : planned.splice(at, 1)[0]?.fault;
    if (fault?.kind === 'reset') return request.socket.destroy();
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'status') return write(response, refused(fault.status, fault.code, fault.code));
    if (fault?.kind === 'rival') edit(fault.of ?? distributionIn(one.path), fault.edit);
    const answer = answerTo(one);
    if (fault?.kind === 'lost') return writeHalf(response, answer);
    return write(response, answer);
  });

  function answerTo(one: ReceivedText): Answer {
    for (const [pattern, operation] of OPERATIONS) {
      const match = pattern.exec(`${one.method} ${one.path}`);
      if (match !== null) return operation(state, one, ...match.slice(1));
    }
    return refused(404, 'NoSuchResource', `${one.method} ${one.path}`);
  }

  function distribution(id: string): Stored {
    const stored = state.distributions.get(id);
    if (stored === undefined) throw new Error(`no distribution ${id}`);
    return stored;
  }

  /** As another hand does it. */
  function edit(id: string, how: (xml: string) => string): void {
    const stored = distribution(id);
    change(state, stored, how(stored.xml));
  }

  return {
    url: server.url,
    state,
    /** All requests, in their order. */
    asked,
    distribution,
    edit,
    /** The next request that `on` matches (`PUT /distribution/E1EXAMPLE/config`) meets this. */
    plan: (on: RegExp, fault: Fault): void => {
      planned.push({ on, fault });
    },
    updates: () => asked.filter(({ method }) => method !== 'GET'),
    close: server.close,
  };
}

export type LocalCloudFront = Awaited<ReturnType<typeof startCloudFront>>;

function distributionIn(path: string): string {
  return /^\/distribution\/(\w+)/.exec(path)?.[1] ?? '';
}

function write(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'text/xml', ...headers });
  response.end(body);
}

/** Says how long the answer is, sends half of it, and hangs up. */
function writeHalf(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body), ...headers });
  response.write(body.slice(0, Math.floor(body.length / 2)), () => response.destroy());
}
