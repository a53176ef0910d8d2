/** A request and an answer for the event of a unit test: complete by default, so that a test says only what it is about. */
import type { EdgeRequest, EdgeResponse } from './exchange.ts';
import type { HeaderLines } from './headers.ts';

/** Several values are several lines. */
export type Values = Readonly<Record<string, string | readonly string[]>>;

export interface RequestSample {
  /** Default: `GET`. */
  readonly method?: string;
  /** Default: `/`. */
  readonly uri?: string;
  /** Without `?`. Absent: there is none. */
  readonly query?: string;
  /** Besides `host`, which is there. Those that CloudFront shows no function are left out. */
  readonly headers?: Values;
  readonly cookies?: Values;
  /** The viewer's address. Default: 203.0.113.7, of RFC 5737. */
  readonly ip?: string;
}

export interface ResponseSample {
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: Values;
}

/** The names of AWS's examples. */
export const SAMPLE_DISTRIBUTION = { id: 'EDFDVBD6EXAMPLE', domainName: 'd111111abcdef8.cloudfront.net' };

export function sampleRequest(sample: RequestSample, host = 'www.example.com'): EdgeRequest {
  const cookies = linesOf(sample.cookies).map(([name, value]) => `${name}=${value}`);
  return {
    id: 'EXAMPLE4TyzHTaYWb1GX1qTfsHhEqV6HUDd==',
    method: sample.method ?? 'GET',
    uri: sample.uri ?? '/',
    query: sample.query,
    headers: [
      ...linesOf({ host, ...inLowerCase(sample.headers) }),
      ...(cookies.length === 0 ? [] : [['cookie', cookies.join('; ')] as [string, string]]),
    ],
    viewerIp: sample.ip ?? '203.0.113.7',
    scheme: 'https',
    httpVersion: '2.0',
    body: null,
  };
}

export function sampleResponse({ status = 200, headers }: ResponseSample = {}): EdgeResponse {
  return { status, headers: linesOf(inLowerCase(headers)), body: null };
}

function linesOf(values: Values = {}): HeaderLines {
  return Object.entries(values).flatMap(([name, several]) =>
    [several].flat().map((value): [string, string] => [name, value]),
  );
}

function inLowerCase(values: Values = {}): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
}
