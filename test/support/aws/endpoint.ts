/** What the endpoints that speak for AWS have in common: they keep what they were asked, and fail as they are told. */
import type { ServerResponse } from 'node:http';
import { startOriginServer } from '../origin-server.ts';
import { type ReceivedText, received } from './received.ts';

export interface Asked extends ReceivedText {
  /** As AWS names it: `GetKey`. */
  readonly operation: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a request fares instead. */
export type Fault =
  /** Nothing is done. */
  | { readonly kind: 'status'; readonly status: number; readonly error: string; readonly message?: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  /** It is done, but of the answer only the first half arrives. */
  | { readonly kind: 'half' }
  /** The answer has another body. */
  | { readonly kind: 'body'; readonly text: string }
  | { readonly kind: 'without-etag' };

export interface Endpoint {
  readonly url: string;
  readonly asked: Asked[];
  /** The next `times` requests for the operation fare so. */
  fail(operation: string, fault: Fault, times?: number): void;
  /** Takes back what is left of the faults. */
  heal(): void;
  close(): Promise<void>;
}

export interface Service {
  operationOf(request: ReceivedText): string;
  /** What AWS answers, refusals too. */
  answerTo(asked: Asked): Answer;
  /** A refusal as this service writes it. */
  refusal(status: number, error: string, message: string): Answer;
}

export async function startEndpoint(service: Service): Promise<Endpoint> {
  const asked: Asked[] = [];
  const faults: { operation: string; fault: Fault; times: number }[] = [];
  const server = await startOriginServer(async (incoming, response) => {
    const whole = await received(incoming);
    const request = { ...whole, body: whole.body.toString() };
    const one = { ...request, operation: service.operationOf(request) };
    asked.push(one);
    const next = faults.find(({ operation, times }) => operation === one.operation && times > 0);
    if (next !== undefined) next.times--;
    answerWith(service, one, next?.fault, response);
  });
  return {
    url: server.url,
    asked,
    fail: (operation, fault, times = 1) => faults.push({ operation, fault, times }),
    heal: () => {
      faults.length = 0;
    },
    close: server.close,
  };
}

function answerWith(service: Service, asked: Asked, fault: Fault | undefined, response: ServerResponse): void {
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset') {
    response.socket?.destroy();
    return;
  }
  const {
    status,
    headers = {},
    body,
  } = fault?.kind === 'status'
    ? service.refusal(fault.status, fault.error, fault.message ?? 'as the test wants it')
    : service.answerTo(asked);
  const text = fault?.kind === 'body' ? fault.text : body;
  const { etag, ...others } = headers;
  const left = etag === undefined || fault?.kind === 'without-etag' ? others : headers;
  response.writeHead(status, { ...left, 'content-length': Buffer.byteLength(text) });
  if (fault?.kind === 'half') response.write(text.slice(0, text.length / 2), () => response.destroy());
  else response.end(text);
}
