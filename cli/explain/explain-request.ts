/** `explain <url>`: why one request is allowed or refused, step by step, for people. */
import { readFileSync } from 'node:fs';
import { EdgeError } from '../../config/errors.ts';
import type { Explanation } from '../../emulator/explanation.ts';
import { publicKeys } from '../../signing/public-keys.ts';
import { fileText } from '../file-text.ts';
import { explainAtEdge } from './edge-steps.ts';
import { pemsOf, requestOfLine } from './explain-signed.ts';
import { type ExplainedRequest, type RequestOptions, requestOfUrl, tokenFrom } from './explained-request.ts';
import { explainedService } from './explained-service.ts';
import { explanationLines } from './explanation.ts';
import { type Fields, fields, wrong } from './fields.ts';
import { explainVisit } from './signed-steps.ts';

export interface ExplainRequestOptions extends RequestOptions {
  /** `<key pair id>=<file>`. */
  readonly publicKey: readonly string[];
  /** A file. */
  readonly token?: string;
  readonly control?: string;
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
  if (url === '-' && options.token === '-') {
    throw new EdgeError('ERR_OPTION_INVALID', '--token: expected a file, since standard input holds the request');
  }
  const line = url === '-' ? lineOf(readFileSync(0, 'utf8')) : undefined;
  const request = line === undefined ? requestOfUrl(url, options) : requestOfLine(line);
  const inLine = line?.trustedKeys === undefined ? {} : pemsOf(fields(line.trustedKeys, 'trustedKeys'));
  const explanation = await explained(root, request, inLine, options);
  print({ ...explanation, steps: [...explanation.steps, ...methodSteps(options)] }, options.json === true);
}

/** With public keys, as a trusted key group of them would judge; else as the service in this folder does. */
async function explained(
  root: string,
  request: ExplainedRequest,
  inLine: Readonly<Record<string, string>>,
  options: ExplainRequestOptions,
): Promise<Explanation> {
  const pems = { ...inLine, ...Object.fromEntries(options.publicKey.map(namedKey)) };
  const token = options.token === undefined ? undefined : tokenFrom(options.token);
  if (Object.keys(pems).length > 0) {
    if (token === undefined) return explainVisit(request, publicKeys(pems));
    throw new EdgeError('ERR_OPTION_INVALID', '--token: expected no public key beside it, got one');
  }
  const service = await explainedService(root, options.control);
  if (service !== undefined) return explainAtEdge(request, service, token);
  if (token === undefined) throw wrong('--public-key', '<key pair id>=<file>', undefined);
  throw new EdgeError('ERR_FILE_MISSING', '--token: expected a folder with serverless.yml, whose sections take tokens');
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

function namedKey(text: string): [id: string, pem: string] {
  const [, id = '', file = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (id === '') throw wrong('--public-key', '<key pair id>=<file>', text);
  const pem = fileText(`--public-key ${id}`, file);
  if (publicKeys({ [id]: pem }).size === 1) return [id, pem];
  throw new EdgeError('ERR_KEY_INVALID', `--public-key ${id}: expected a PEM of RSA 2048 or ECDSA P-256 in ${file}`);
}
