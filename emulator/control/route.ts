/** What the control API is made of: routes, each with what it does and what its document says of it. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { EdgeError } from '../../config/errors.ts';
import { maskedText } from '../masked-request.ts';
import type { Controlled } from './controlled.ts';
import type { Schema } from './schema.ts';

export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** `/kvs/{key}`: a name in braces stands for one segment. */
  readonly path: string;
  readonly summary: string;
  /** Parameters of the query string, none of which is required. */
  readonly query?: Readonly<Record<string, Schema>>;
  /** Headers that count, by the name in lower case. */
  readonly headers?: Readonly<Record<string, Schema>>;
  readonly body?: Content;
  /** By status. What every route may answer is not among them. */
  readonly answers: Readonly<Record<number, Answer>>;
  run(controlled: Controlled, asked: Asked): Reply | Promise<Reply>;
}

export interface Content {
  readonly schema: Schema;
  /** Default: `application/json`. */
  readonly type?: string;
}

export interface Answer extends Partial<Content> {
  readonly description: string;
  readonly hasEtag?: true;
}

/** A request that has found its route. */
export interface Asked {
  /** What stands in the place of a name in the path, decoded. */
  part(name: string): string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Empty where the route takes none. */
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  /** A text goes as it is, with a line break; anything else as JSON. */
  readonly body?: unknown;
  readonly etag?: string;
  /** In the place of those that would be there, and beside them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Writes the rest of the answer in its own time. */
  readonly stream?: (response: ServerResponse) => void;
}

export const NO_CONTENT: Reply = { status: 204 };

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** What was sent may be quoted in the message. */
export function failure(status: number, message: string, code?: string): Reply {
  return { status, body: { error: { ...(code !== undefined && { code }), message: maskedText(message) } } };
}

/** @throws {EdgeError} ERR_OPTION_INVALID for what is no JSON. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new EdgeError('ERR_OPTION_INVALID', `body: expected JSON, got ${(error as Error).message}`);
  }
}
