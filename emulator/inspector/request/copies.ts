/** A request as others take it: a curl command, a function's event, a test. */
import type { DescribedFunction, TracedRequest } from '../../control/answers.ts';
import { urlOf } from '../requests/request-filter.ts';

/** What curl and fetch send of their own accord. */
const OWN_HEADERS = ['host', 'connection', 'content-length', 'transfer-encoding', 'x-edgekeeper-viewer'];

/** Without the body, which nobody kept. @param url where viewers go */
export function curlCommand(request: TracedRequest, url: string): string {
  const headers = sentHeaders(request).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const method = request.method === 'GET' ? [] : [request.method === 'HEAD' ? '--head' : `-X ${request.method}`];
  return ['curl', '-i', ...method, ...headers, quoted(url + urlOf(request))].join(' ');
}

/** Of the function that ran first; null: none did. */
export function eventJson({ stages }: TracedRequest): string | null {
  const run = stages.find((stage) => stage.run !== undefined)?.run;
  return run === undefined ? null : JSON.stringify(run.event, null, 2);
}

/** For vitest, in the form of docs/testing.md, with origins that answer as they did; null for a hit, which tells none. */
export function vitestTest(request: TracedRequest, functions: readonly DescribedFunction[]): string | null {
  if (request.stages.some(({ stage, decision }) => stage === 'cache-lookup' && decision.endsWith('hit'))) return null;
  const ran = new Set(request.stages.flatMap((stage) => stage.function?.id ?? []));
  const code = functions
    .filter(({ id }) => ran.has(id))
    .map(({ name, file }) => `    ${JSON.stringify(name)}: ${JSON.stringify(file ?? `path/to/${name}.js`)},`);
  const origins = new Map(request.attempts.map(({ originId, result }) => [originId, result]));
  const handlers = [...origins].map(([id, result]) => `    ${JSON.stringify(id)}: ${handlerFor(result)},`);
  const headers = sentHeaders(request).map(
    ([name, value]) => `      ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
  );
  return [
    "import { afterAll, expect, test } from 'vitest';",
    "import { startEdge } from 'edgekeeper';",
    "import distributionConfig from './distribution.json' with { type: 'json' };",
    '',
    'const edge = await startEdge({',
    '  distributionConfig,',
    ...(code.length === 0 ? [] : ['  functions: {', ...code, '  },']),
    ...(handlers.length === 0 ? [] : ['  origins: {', ...handlers, '  },']),
    '});',
    'afterAll(() => edge.close());',
    '',
    `test(${JSON.stringify(`${request.method} ${request.path} is answered ${request.status}`)}, async () => {`,
    `  const response = await fetch(edge.url + ${JSON.stringify(urlOf(request))}, {`,
    `    method: ${JSON.stringify(request.method)},`,
    "    redirect: 'manual',",
    '    headers: {',
    ...headers,
    '    },',
    '  });',
    `  expect(response.status).toBe(${request.status});`,
    `  expect(response.headers.get('x-cache')).toBe(${JSON.stringify(request.xCache)});`,
    '});',
    '',
  ].join('\n');
}

/** Where the viewer was is said again by the header that says so here. */
function sentHeaders({ viewer, viewerPlace }: TracedRequest): [name: string, value: string][] {
  const sent = viewer.headers.filter(({ name }) => !OWN_HEADERS.includes(name));
  const city = viewerPlace?.city;
  return [
    ...sent.map(({ name, value }): [string, string] => [name, value]),
    ...(city === undefined ? [] : [['x-edgekeeper-viewer', city] satisfies [string, string]]),
  ];
}

function handlerFor(result: number | string): string {
  if (typeof result === 'string') return '(request) => request.socket.destroy()';
  return `(_, response) => response.writeHead(${result}).end()`;
}

/** For a shell of POSIX. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
