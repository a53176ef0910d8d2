/** A request to be explained, as the operator gives it on the command line. */
import { EdgeError, unexpected } from '../../config/errors.ts';
import { cookiePairs } from '../../emulator/cookies.ts';
import { type HeaderLines, withoutHeaders } from '../../emulator/headers.ts';
import type { SignedVisit } from '../../shared/access/signed-verdict.ts';
import { readSourceIp } from '../../shared/access/source-ip.ts';
import { fileText } from '../file-text.ts';
import { momentOf } from '../moment.ts';
import { wrong } from './fields.ts';

export interface ExplainedRequest extends SignedVisit {
  readonly method: string;
  /** Host and cookies among them. */
  readonly headers: HeaderLines;
}

export interface RequestOptions {
  /** `name=value`, or `@file`. */
  readonly cookie: readonly string[];
  readonly header: readonly string[];
  readonly ip?: string;
  readonly time?: string;
  readonly method?: string;
}

/** As curl would send it: nothing is normalized, and what stands behind `#` is left out. */
export function requestOfUrl(url: string, options: RequestOptions): ExplainedRequest {
  const parts = /^(https?):\/\/([^/?#]+)([^?#]*)(?:\?([^#]*))?/.exec(url);
  if (parts === null) throw wrong('url', 'a full URL, such as https://www.example.com/film.mp4, or -', url);
  const [, scheme = '', host = '', path, query] = parts;
  const lines = options.header.map(headerLine);
  const cookies = options.cookie.flatMap(cookieLines);
  const now = Math.floor(Date.now() / 1000);
  const visit = {
    scheme,
    host: lines.find(([name]) => name === 'host')?.[1] ?? host,
    path: path || '/',
    query,
    cookies: cookiePairs([...lines, ...cookies]),
    viewerIp: options.ip === undefined ? '' : address(options.ip),
    now: options.time === undefined ? now : momentOf('--time', options.time, now),
  };
  return withHeaders(visit, options.method ?? 'GET', lines);
}

/** The visit with its other headers; host and cookies are those of the visit. */
export function withHeaders(visit: SignedVisit, method: string, lines: HeaderLines): ExplainedRequest {
  const headers: HeaderLines = [['host', visit.host], ...withoutHeaders(lines, ['host', 'cookie'])];
  const cookie = visit.cookies.map(([name, value]) => `${name}=${value}`).join('; ');
  if (cookie !== '') headers.push(['cookie', cookie]);
  return { ...visit, method, headers };
}

/** Says which header is wrong, not what it holds. */
function headerLine(text: string): [name: string, value: string] {
  const colon = text.indexOf(':');
  if (colon < 1) throw wrong('--header', 'Name: value', text);
  return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
}

/** A file holds a cookie header, or `Set-Cookie` lines as `sign cookies` prints them. */
function cookieLines(text: string): HeaderLines {
  if (!text.startsWith('@')) return [['cookie', text]];
  return fileText('--cookie', text.slice(1))
    .split(/\r?\n/)
    .map((line) => {
      const set = /^set-cookie:([^;]*)/i.exec(line)?.[1];
      return ['cookie', set ?? line.replace(/^cookie:/i, '')];
    });
}

function address(text: string): string {
  if (!text.includes('/') && readSourceIp(text) !== undefined) return text;
  throw unexpected('ERR_OPTION_INVALID', '--ip', "the viewer's IP address", text);
}

/** The token in a file. Says neither what is in it nor its name, which may be a token given by mistake. */
export function tokenFrom(file: string): string {
  try {
    const token = fileText('--token', file).trim();
    if (token !== '') return token;
  } catch {
    // Said below.
  }
  throw new EdgeError('ERR_OPTION_INVALID', '--token: expected a file with a token, or - for standard input');
}
