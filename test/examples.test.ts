/** The examples, each with its table of requests, over real HTTP. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { type Edge, type Engine, startEdge } from '../emulator/edge.ts';
import { type ManualClock, manualClock } from '../emulator/manual-clock.ts';
import type { OriginSource } from '../emulator/stand-ins.ts';
import { ask } from './support/edge.ts';
import { njsAvailable } from './support/njs.ts';
import { ROOT } from './support/service-copy.ts';

const FOLDER = join(ROOT, 'examples');
const NOON = Date.UTC(2026, 0, 1, 12);

interface Row {
  readonly name: string;
  readonly request: {
    readonly path: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly bodyBytes?: number;
  };
  readonly country?: string;
  readonly at?: string;
  readonly answer: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string | null>>;
    readonly body?: string;
  };
}

interface Example {
  /** An edge for viewers in a country, or nowhere; one of each. */
  edgeFor(country: string | undefined): Promise<{ readonly edge: Edge; readonly clock: ManualClock }>;
  readonly see: string;
  readonly rows: readonly Row[];
}

const open: Edge[] = [];
afterAll(() => Promise.all(open.map((edge) => edge.close())));

const jsonOf = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

function exampleIn(folder: string, engine: Engine): Example {
  const files = readdirSync(folder);
  const template = join(folder, 'template.json');
  const source = existsSync(template)
    ? { template: jsonOf(template) }
    : { distributionConfig: jsonOf(join(folder, 'distribution.json')) };
  const scripts = files.filter((name) => /\.m?[jt]s$/.test(name));
  const functions = Object.fromEntries(scripts.map((name) => [basename(name, extname(name)), join(folder, name)]));
  const started = new Map<string | undefined, Promise<{ edge: Edge; clock: ManualClock }>>();
  const start = async (viewerCountry: string | undefined) => {
    const clock = manualClock(NOON);
    const options = { ...source, functions, engine, clock, ...(viewerCountry !== undefined && { viewerCountry }) };
    const edge = await startEdge({ ...options, origins: originsIn(folder, source) });
    open.push(edge);
    return { edge, clock };
  };
  const { see, requests } = jsonOf(join(folder, 'requests.json'));
  return {
    see,
    rows: requests,
    edgeFor(country) {
      const edge = started.get(country) ?? start(country);
      started.set(country, edge);
      return edge;
    },
  };
}

/** A folder by the name of the origin, or whoever says what it was asked. */
function originsIn(folder: string, source: object): Record<string, OriginSource> {
  const ids = [...JSON.stringify(source).matchAll(/"Id":"([^"]+)","DomainName"/g)].map(([, id = '']) => id);
  return Object.fromEntries(
    ids.map((id) => [id, existsSync(join(folder, id)) ? join(folder, id) : (asked, answer) => echo(id, asked, answer)]),
  );
}

async function echo(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.end(`${request.method} ${request.url} at ${id}: ${await text(request)}`);
}

/** A workflow, of which `github-actions.test.ts` knows. */
const NOT_SERVED = ['github-actions'];

const names = readdirSync(FOLDER, { withFileTypes: true }).filter(
  (entry) => entry.isDirectory() && !NOT_SERVED.includes(entry.name),
);

/** Where CI is set, a missing engine is a failure. */
const engines: readonly Engine[] = njsAvailable || process.env.CI ? ['realm', 'njs'] : ['realm'];

describe.each(names.flatMap(({ name }) => engines.map((engine) => ({ name, engine }))))('$name, $engine', (one) => {
  const { name, engine } = one;
  const example = exampleIn(join(FOLDER, name), engine);

  test('is in the table of the README, with its page', () => {
    const line = readFileSync(join(FOLDER, 'README.md'), 'utf8')
      .split('\n')
      .find((text) => text.startsWith(`| \`${name}\``));
    expect(line).toContain(`(${example.see})`);
  });

  test.each(example.rows)('$request.path: $name', async ({ request, country, at, answer }) => {
    const { edge, clock } = await example.edgeFor(country);
    clock.set(at === undefined ? NOON : Date.parse(at));
    const { path, method = 'GET', headers = {}, body, bodyBytes = 0 } = request;
    const sent = { method, headers, ...(body !== undefined && { body: body.padEnd(bodyBytes, 'x') }) };
    const received = await ask(edge.url, path, sent);
    expect({ status: received.status, body: received.body }).toEqual({
      status: answer.status,
      body: expect.stringContaining(answer.body ?? ''),
    });
    for (const [header, value] of Object.entries(answer.headers ?? {})) {
      expect([header, [received.headers[header]].flat().join(', ')]).toEqual([header, value ?? '']);
    }
  });
});
