/** `explain <url>`: one request with CloudFront's own signatures, step by step, for people. */
import { readFileSync } from 'node:fs';
import { EdgeError, unexpected } from '../config/errors.ts';
import { cookiePairs } from '../emulator/cookies.ts';
import type { HeaderLines } from '../emulator/headers.ts';
import type { SignedVisit } from '../shared/access/signed-verdict.ts';
import { readSourceIp } from '../shared/access/source-ip.ts';
import { type PublicKeys, publicKeys } from '../signing/public-keys.ts';
import { pemsOf, visitOf } from './explain-signed.ts';
import { type Explanation, explanationLines } from './explanation.ts';
import { type Fields, fields, wrong } from './fields.ts';
import { momentOf } from './moment.ts';
import { serviceKeys } from './service-keys.ts';
import { explainVisit } from './signed-steps.ts';

export interface ExplainRequestOptions {
  /** `<key pair id>=<file>`. */
  readonly publicKey: readonly string[];
  /** `name=value`, or `@file`. */
  readonly cookie: readonly string[];
  readonly header: readonly string[];
  readonly ip?: string;
  readonly time?: string;
  readonly method?: string;
  readonly json?: boolean;
  /** Lines alone can hold these. */
  readonly jsonl?: boolean;
  readonly tokens?: boolean;
}

/** Refusing is an answer: the exit code is 0. `-` reads the request as a line of JSON from standard input. */
export async function explainRequest(root: string, url: string, options: ExplainRequestOptions): Promise<void> {
  for (const name of ['jsonl', 'tokens'] as const) {
    if (options[name] === true)
      throw new EdgeError('ERR_OPTION_INVALID', `--${name}: expected lines on standard input, got a URL`);
  }
  const line = url === '-' ? lineOf(readFileSync(0, 'utf8')) : undefined;
  const visit = line === undefined ? visitOfUrl(url, options) : visitOf(line);
  const inLine = line?.trustedKeys === undefined ? {} : pemsOf(fields(line.trustedKeys, 'trustedKeys'));
  const explanation = explainVisit(visit, await keysOf(root, inLine, options.publicKey));
  print({ ...explanation, steps: [...explanation.steps, ...methodSteps(options)] }, options.json === true);
}

function print(explanation: Explanation, isJson: boolean): void {
  const text = isJson ? JSON.stringify(explanation) : explanationLines(explanation).join('\n');
  process.stdout.write(`${text}\n`);
}

function methodSteps({ method }: ExplainRequestOptions): Explanation['steps'] {
  if (method === undefined) return [];
  return [{ step: 'method', expected: 'any', got: `${method}, which no signature covers`, ok: true }];
}

function lineOf(text: string): Fields {
  try {
    return fields(JSON.parse(text), 'line');
  } catch (error) {
    if (error instanceof EdgeError) throw error;
    throw new EdgeError('ERR_OPTION_INVALID', 'standard input: expected one request as JSON');
  }
}

/** As curl would send it: nothing is normalized, and what stands behind `#` is left out. */
function visitOfUrl(url: string, options: ExplainRequestOptions): SignedVisit {
  const parts = /^(https?):\/\/([^/?#]+)([^?#]*)(?:\?([^#]*))?/.exec(url);
  if (parts === null) throw wrong('url', 'a full URL, such as https://www.example.com/film.mp4, or -', url);
  const [, scheme = '', host = '', path, query] = parts;
  const lines = options.header.map(headerLine);
  const cookies = options.cookie.flatMap(cookieLines);
  const now = Math.floor(Date.now() / 1000);
  return {
    scheme,
    host: lines.find(([name]) => name === 'host')?.[1] ?? host,
    path: path || '/',
    query,
    cookies: cookiePairs([...lines, ...cookies]),
    viewerIp: options.ip === undefined ? '' : address(options.ip),
    now: options.time === undefined ? now : momentOf('--time', options.time, now),
  };
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

/** Those that the command was given; else, in a folder with serverless.yml, those of its settings. */
async function keysOf(
  root: string,
  inLine: Readonly<Record<string, string>>,
  given: readonly string[],
): Promise<PublicKeys> {
  const named = { ...inLine, ...Object.fromEntries(given.map(namedKey)) };
  const pems = Object.keys(named).length > 0 ? named : await serviceKeys(root);
  if (Object.keys(pems).length === 0) throw wrong('--public-key', '<key pair id>=<file>', undefined);
  return publicKeys(pems);
}

function namedKey(text: string): [id: string, pem: string] {
  const [, id = '', file = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (id === '') throw wrong('--public-key', '<key pair id>=<file>', text);
  const pem = fileText(`--public-key ${id}`, file);
  if (publicKeys({ [id]: pem }).size === 1) return [id, pem];
  throw new EdgeError('ERR_KEY_INVALID', `--public-key ${id}: expected a PEM of RSA 2048 or ECDSA P-256 in ${file}`);
}

/** `-` is standard input. */
function fileText(option: string, file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new EdgeError('ERR_FILE_MISSING', `${option}: expected a file at ${file}, got ${code}`);
  }
}
