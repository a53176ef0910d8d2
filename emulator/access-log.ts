/**
 * CloudFront's standard log, in the format of its legacy files.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
 */
import type { EdgeRequest, ViewerAnswer } from './exchange.ts';
import { headerOf } from './headers.ts';
import { maskedAddress, maskedCookies, maskedPath, maskedQuery } from './masked-request.ts';
import type { OriginFailure } from './origin-connection.ts';
import type { RequestEntry } from './request-log.ts';
import type { ViewerServed } from './viewer-served.ts';

/** What a line is made of. */
export interface LoggedRequest {
  readonly request: EdgeRequest;
  readonly answer: ViewerAnswer;
  readonly served: ViewerServed;
  readonly attempts: RequestEntry['attempts'];
}

/** Where it was served, and when that ended, in epoch milliseconds. */
export interface LoggedPlace {
  readonly domainName: string;
  readonly edgeLocation: string;
  readonly now: number;
}

const FIELDS =
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end';

/** What a file begins with. */
export const ACCESS_LOG_HEAD = `#Version: 1.0\n#Fields: ${FIELDS}\n`;

/** A request as a line; `-` for what it has not, or nobody here can know. Without `isRaw` credentials are masked. */
export function accessLogLine(
  { request, answer, served, attempts }: LoggedRequest,
  place: LoggedPlace,
  isRaw: boolean,
) {
  const sent = (name: string, mask: (value: string) => string = (value) => value): string => {
    const value = headerOf(request.headers, name);
    return logged(value === undefined || isRaw ? value : mask(value));
  };
  const answered = (name: string): string => logged(headerOf(answer.headers, name));
  const [date, time] = new Date(place.now).toISOString().split(/[T.]/);
  const result = served.outcome === 'unsent' ? 'Error' : resultOf(answer);
  const [, rangeStart, rangeEnd] = /^bytes (\d+)-(\d+)\//.exec(headerOf(answer.headers, 'content-range') ?? '') ?? [];
  const fields: Record<string, string | number> = {
    date: date ?? '-',
    time: time ?? '-',
    'x-edge-location': place.edgeLocation,
    'sc-bytes': served.outcome === 'unsent' ? 0 : headBytes(answer.headers) + served.bodyBytes,
    'c-ip': logged(request.viewerIp),
    'cs-method': logged(request.method),
    'cs(Host)': logged(place.domainName),
    'cs-uri-stem': logged(isRaw ? request.uri : maskedPath(request.uri)),
    'sc-status': served.outcome === 'unsent' ? '000' : answer.status,
    'cs(Referer)': sent('referer', maskedAddress),
    'cs(User-Agent)': sent('user-agent'),
    'cs-uri-query': logged(isRaw || request.query === undefined ? request.query : maskedQuery(request.query)),
    'cs(Cookie)': sent('cookie', maskedCookies),
    'x-edge-result-type': result,
    'x-edge-request-id': request.id,
    'x-host-header': sent('host'),
    'cs-protocol': request.isWebSocket ? request.scheme.replace('http', 'ws') : request.scheme,
    'cs-bytes': requestBytes(request),
    'time-taken': seconds(served.milliseconds),
    'x-forwarded-for': sent('x-forwarded-for'),
    'ssl-protocol': logged(served.tls?.protocol),
    'ssl-cipher': logged(served.tls?.cipher),
    'x-edge-response-result-type': served.outcome === 'sent' ? result : 'Error',
    'cs-protocol-version': `HTTP/${request.httpVersion}`,
    'c-port': served.port ?? '-',
    'time-to-first-byte': seconds(served.firstByteMilliseconds),
    'x-edge-detailed-result-type': detailOf(result, answer, served, attempts),
    'sc-content-type': answered('content-type'),
    'sc-content-len': answered('content-length'),
    'sc-range-start': rangeStart ?? '-',
    'sc-range-end': rangeEnd ?? '-',
  };
  return `${FIELDS.split(' ')
    .map((name) => fields[name] ?? '-')
    .join('\t')}\n`;
}

function resultOf({ xCache }: ViewerAnswer): string {
  return xCache.replace(' from cloudfront', '');
}

/** By the last origin that was asked, where it failed. */
const FAILURES: Readonly<Record<OriginFailure, string>> = {
  unresolved: 'OriginDnsError',
  unreachable: 'OriginCommError',
  refused: 'OriginConnectError',
  untrusted: 'OriginConnectError',
  broken: 'OriginReadError',
  'timed-out': 'OriginCommError',
};

function detailOf(
  result: string,
  { isShieldHit = false }: ViewerAnswer,
  { outcome }: ViewerServed,
  attempts: RequestEntry['attempts'],
): string {
  if (outcome === 'origin-broke-off') return 'OriginReadError';
  if (outcome !== 'sent') return 'ClientCommError';
  if (isShieldHit) return 'OriginShieldHit';
  const last = attempts.at(-1)?.result;
  if (result !== 'Error' || last === undefined) return result;
  if (typeof last === 'string') return FAILURES[last];
  return last >= 500 ? 'OriginError' : result;
}

/** Headers as HTTP/1.1 writes them, whatever was spoken. */
function headBytes(headers: EdgeRequest['headers']): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 17);
}

/** How long a body is that does not say so is not known. */
function requestBytes({ method, uri, query = '', headers, body }: EdgeRequest): string {
  const length = headerOf(headers, 'content-length');
  if (body !== null && length === undefined) return '-';
  return String(headBytes(headers) + method.length + uri.length + query.length + Number(length ?? 0));
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** What CloudFront writes URL-encoded: white space and control characters, what is not ASCII, and these. */
const ENCODED = /[^!$&()*+,\-./\d:;=?@A-Z_a-z]/gu;

function logged(text: string | null | undefined): string {
  if (text === undefined || text === null || text === '') return '-';
  return text.replace(ENCODED, (character) => {
    const bytes = Buffer.from(character, character <= '\u00ff' ? 'latin1' : 'utf8');
    return bytes.toString('hex').toUpperCase().replace(/../g, '%$&');
  });
}
