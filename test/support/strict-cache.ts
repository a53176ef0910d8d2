/**
 * A strict HTTP cache over a scripted origin: a row stores a response, lets time go by and asks again.
 * `see` is a section of RFC 9111 unless another is named.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forwardingAll } from '../../emulator/rfc9111/forwarding.ts';
import { httpCache } from '../../emulator/rfc9111/http-cache.ts';
import type { Answer } from './edge.ts';
import { type Scripted, type ScriptedEdge, scriptedEdge } from './scripted-origin.ts';
import { ALL_METHODS, template } from './template.ts';

export type Lines = Readonly<Record<string, string | readonly string[]>>;
export type Sent = Record<string, string>;

export interface Row {
  /** Of the first response. A function, where it needs the time. */
  readonly given: Lines | (() => Lines);
  readonly status?: number;
  /** Of the two requests. */
  readonly first?: Sent;
  readonly second?: Sent;
  /** Seconds between them. Default: 1. */
  readonly after?: number;
  readonly isReused: boolean;
  readonly see: string;
}

export interface StrictCache {
  readonly edge: ScriptedEdge;
  newPath(): string;
  /** The date so many seconds from now. */
  at(seconds: number): string;
  /** The first body is `old`, and the second, unless it says otherwise, `new`. */
  askedTwice(row: Omit<Row, 'isReused' | 'see'>, next?: Scripted): Promise<{ path: string; answer: Answer }>;
  rows(name: string, table: readonly Row[]): void;
}

export const FRESH = { 'cache-control': 'max-age=100' };

export const control = (value: string) => ({ 'cache-control': value });

/** One for all tests of a file. What the policies let through has no say. */
export function strictCache(): StrictCache {
  let edge: ScriptedEdge;
  let paths = 0;
  beforeAll(async () => {
    const behavior = { TargetOriginId: 'us-east-1', AllowedMethods: ALL_METHODS };
    const cachePolicy = { MinTTL: 0, DefaultTTL: 0, MaxTTL: 0 };
    edge = await scriptedEdge(template({ behavior, cachePolicy }), httpCache, forwardingAll);
  });
  afterAll(async () => {
    expect(edge.failures).toEqual([]);
    await edge.close();
  });

  const newPath = () => `/${++paths}`;

  async function askedTwice(
    { given, status = 200, first = {}, second = {}, after = 1 }: Omit<Row, 'isReused' | 'see'>,
    next: Scripted = {},
  ) {
    const path = newPath();
    edge.script({ status, headers: typeof given === 'function' ? given() : given, body: 'old' });
    await edge.ask(path, { headers: first });
    edge.clock.advance(after * 1000);
    edge.script({ body: 'new', ...next });
    return { path, answer: await edge.ask(path, { headers: second }) };
  }

  return {
    get edge() {
      return edge;
    },
    newPath,
    at: (seconds) => new Date(edge.clock.now() + seconds * 1000).toUTCString(),
    askedTwice,
    rows(name, table) {
      describe(name, () => {
        test.each(table.map((row) => ({ row, title: titleOf(row) })))('$title', async ({ row }) => {
          const { answer } = await askedTwice(row);
          expect(answer.body).toBe(row.isReused ? 'old' : 'new');
          expect(edge.received).toHaveLength(row.isReused ? 0 : 1);
        });
      });
    },
  };
}

/** Functions of the time are shown as their code. */
function titleOf({ given, isReused, see, ...rest }: Row): string {
  const shown = typeof given === 'function' ? String(given) : JSON.stringify(given);
  return `${shown} ${JSON.stringify(rest)}: ${isReused ? 'reused' : 'asked for'} (${see})`;
}
