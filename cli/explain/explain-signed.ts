import { cookiePairs } from '../../emulator/cookies.ts';
import type { HeaderLines } from '../../emulator/headers.ts';
import { type SignedVisit, signedVerdict } from '../../shared/access/signed-verdict.ts';
import { publicKeys, verifyWith } from '../../signing/public-keys.ts';
import { type ExplainedRequest, withHeaders } from './explained-request.ts';
import { type Fields, fields, type NamedValue, numberField, pairsField, textField, wrong } from './fields.ts';

/** Judges a signed URL or signed cookies as a trusted key group would. Target and headers are raw. */
export function explainSigned(input: unknown): object {
  const line = fields(input, 'line');
  const verdict = signedVerdict(visitOf(line), verifyWith(publicKeys(pemsOf(fields(line.trustedKeys, 'trustedKeys')))));
  if (verdict.allow) return { allow: true, reason: 'allowed', code: null };
  return { allow: false, reason: verdict.reason, code: verdict.code };
}

/** The request in a line, with what signatures do not look at. */
export function requestOfLine(line: Fields): ExplainedRequest {
  const request = fields(line.request, 'request');
  const method = request.method === undefined ? 'GET' : textField(request, 'method');
  return withHeaders(visitOf(line), method, headerLinesOf(fields(request.headers, 'headers')));
}

/** The request in a line, and cookies that may stand beside it. */
export function visitOf(line: Fields): SignedVisit {
  const request = fields(line.request, 'request');
  const target = textField(request, 'target');
  const lines = headerLinesOf(fields(request.headers, 'headers'));
  const query = pairsField(request, 'query') ?? pairsField(line, 'query');
  const mark = target.indexOf('?');
  return {
    scheme: textField(request, 'scheme'),
    host: lines.find(([name]) => name === 'host')?.[1] ?? textField(request, 'host'),
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? queryOf(query) : target.slice(mark + 1),
    cookies: cookiesOf(pairsField(request, 'cookies') ?? pairsField(line, 'cookies')) ?? cookiePairs(lines),
    viewerIp: textField(request, 'ip'),
    now: numberField(request, 'time'),
  };
}

function queryOf(pairs: readonly NamedValue[] | undefined): string | undefined {
  if (pairs === undefined || pairs.length === 0) return undefined;
  return pairs.map(([name, value]) => (value === null ? name : `${name}=${value}`)).join('&');
}

function cookiesOf(pairs: readonly NamedValue[] | undefined): [string, string][] | undefined {
  return pairs?.map(([name, value]) => [name, value ?? '']);
}

function headerLinesOf(headers: Fields): HeaderLines {
  return Object.entries(headers).flatMap(([name, value]): HeaderLines => {
    const values = Array.isArray(value) ? value : [value];
    if (!values.every((item) => typeof item === 'string'))
      throw wrong(`headers.${name}`, 'a text or a list of texts', value);
    return values.map((item) => [name.toLowerCase(), item]);
  });
}

/** Public keys as PEM, by key pair id. */
export function pemsOf(trusted: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(trusted).map(([id, pem]) => {
      if (typeof pem !== 'string') throw wrong(`trustedKeys.${id}`, 'a public key as PEM', pem);
      return [id, pem];
    }),
  );
}
