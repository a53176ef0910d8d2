/**
 * The shipped viewer request function under njs: time and memory a call, for a request that is let in
 * and for each kind that is refused, and the ratio of each to the first. Refusing must not cost more
 * than admitting.
 *
 * Each measurement is a process of its own, since njs never frees memory; the kinds take turns, so
 * that a change of the machine's speed meets them all. The driver never resumes after an `await`,
 * where an exception would cost what it does not cost in CloudFront.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildCloudFrontFunction } from '../build/cloudfront-function.ts';
import { parseConfig } from '../config/parse.ts';
import { signHs256 } from '../signing/hs256.ts';
import { formatSpread, spreadOf } from './spread.ts';

const ROUNDS = 9;
const CALLS = 400;

const SETTINGS = {
  regions: [
    { region: 'us-east-1', originId: 'us-east-1' },
    { region: 'eu-west-1', originId: 'eu-west-1' },
  ],
  protected: [
    {
      path: '/private/*',
      runtime: 'cloudfront-function',
      carriers: ['cookie'],
      name: 'edgekeeper',
      algorithms: ['HS256'],
      issuer: 'https://sign-in.example.com/',
      audience: 'cdn',
    },
  ],
  failover: { statusCodes: [403, 404, 500, 502, 503, 504], maxAgeSeconds: 60, retryAfterSeconds: 30 },
};

const NOW = 1_767_268_800;
const KEY = { kid: 'k1', secret: Buffer.alloc(32, 7).toString('base64url') };
const STATE = JSON.stringify({ keys: { [KEY.kid]: KEY.secret }, drained: { 'us-east-1': NOW - 1 } });

const CLAIMS = {
  exp: NOW + 3600,
  nbf: NOW - 60,
  iss: 'https://sign-in.example.com/',
  aud: 'cdn',
  res: ['/private/films/*', '/private/stills/*'],
  ip: '203.0.113.0/24',
};

interface Kind {
  readonly name: string;
  readonly uri?: string;
  /** Without `?`. */
  readonly query?: string;
  readonly token?: string;
  /** Null: the store cannot be read. */
  readonly state?: string | null;
}

export async function benchFunction(): Promise<void> {
  const script = await buildCloudFrontFunction('functions/cloudfront/viewer-request.ts', parseConfig(SETTINGS));
  const bytes = Buffer.byteLength(script);
  process.stdout.write(
    `viewer-request.js with the settings of this bench: ${bytes} bytes (budget 6144, quota 10240)\n`,
  );
  if (spawnSync('njs', ['-v']).error !== undefined) {
    process.stderr.write('bench: expected the njs command, got none; apt-get install njs\n');
    process.exitCode = 1;
    return;
  }
  const kinds = await kindsOfRequest();
  const folder = mkdtempSync(join(tmpdir(), 'edgekeeper-bench-'));
  try {
    const micros = new Map<string, number[]>();
    const kilobytes = new Map<string, number[]>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const kind of kinds) {
        const measured = measure(folder, script, kind);
        micros.set(kind.name, [...(micros.get(kind.name) ?? []), measured.micros]);
        kilobytes.set(kind.name, [...(kilobytes.get(kind.name) ?? []), measured.kilobytes]);
      }
      if (process.stderr.isTTY) process.stderr.write(`\rround ${round + 1} of ${ROUNDS}`);
    }
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    print(kinds, micros, kilobytes);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function kindsOfRequest(): Promise<Kind[]> {
  const token = await signHs256(CLAIMS, KEY, NOW);
  const sign = (change: object): Promise<string> => signHs256({ ...CLAIMS, ...change }, KEY, NOW);
  const [header, payload, signature] = token.split('.');
  const junk = Buffer.from('junk'.repeat(40)).toString('base64url');
  return [
    { name: 'allow', token },
    { name: 'public', uri: '/films/1.mp4' },
    { name: 'path not canonical', uri: '/private%2F1.mp4', token },
    { name: 'path not UTF-8', uri: '/private/%FF.mp4', token },
    { name: 'longest path', uri: `/${'a'.repeat(3072)}` },
    { name: 'longest path, encoded', uri: `/${'%40'.repeat(1024)}` },
    { name: 'longest path, private', uri: `/private/${'*'.repeat(3064)}`, token },
    { name: 'path too long', uri: `/${'a'.repeat(8191)}` },
    { name: 'longest path, not canonical', uri: `/${'a'.repeat(3071)}+` },
    { name: 'no credential' },
    { name: 'oversized', token: 'x'.repeat(2049) },
    { name: 'malformed', token: 'x'.repeat(200) },
    { name: 'header is junk', token: `${junk}.${payload}.${signature}` },
    { name: 'algorithm', token: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.${signature}` },
    { name: 'unknown key', token: await signHs256(CLAIMS, { ...KEY, kid: 'k9' }, NOW) },
    { name: 'signature', token: `${token.slice(0, -4)}AAAA` },
    { name: 'payload is junk', token: `${header}.${junk}.${signature}` },
    { name: 'expired', token: await sign({ exp: NOW - 1 }) },
    { name: 'not yet valid', token: await sign({ nbf: NOW + 3600 }) },
    { name: 'issuer', token: await sign({ iss: 'https://evil.test/' }) },
    { name: 'audience', token: await sign({ aud: 'app' }) },
    { name: 'resource', token: await sign({ res: ['/private/a/*', '/private/b/*'] }) },
    { name: 'source IP', token: await sign({ ip: '198.51.100.0/24' }) },
    { name: 'allow, 8,000 parameters', query: '&'.repeat(7999), token },
    { name: 'signature, 8,000 parameters', query: '&'.repeat(7999), token: `${token.slice(0, -4)}AAAA` },
    { name: 'store unreadable', token, state: null },
  ];
}

function measure(folder: string, script: string, { uri = '/private/films/1.mp4', query, token, state = STATE }: Kind) {
  const event = {
    version: '1.0',
    context: { eventType: 'viewer-request' },
    viewer: { ip: '203.0.113.7' },
    request: {
      method: 'GET',
      uri,
      querystring: {},
      headers: Object.fromEntries(
        ['host', 'accept', 'accept-encoding', 'accept-language', 'user-agent', 'referer', 'x-edgekeeper-order'].map(
          (name) => [name, { value: `${name} of an ordinary length` }],
        ),
      ),
      cookies: token === undefined ? {} : { theme: { value: 'dark' }, edgekeeper: { value: token } },
    },
  };
  mkdirSync(join(folder, 'modules'), { recursive: true });
  writeFileSync(join(folder, 'modules', 'cloudfront'), stubFor(state));
  writeFileSync(join(folder, 'run.js'), `${script}${driverFor(JSON.stringify(event), query)}`);
  const output = execFileSync('njs', ['-p', 'modules', 'run.js'], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  return JSON.parse(output.trim().split('\n').pop() ?? '') as { micros: number; kilobytes: number };
}

function stubFor(state: string | null): string {
  const get =
    state === null
      ? "return Promise.reject(new Error('KeyNotFound'));"
      : `return Promise.resolve(JSON.parse(${JSON.stringify(state)}));`;
  return `var kvs = { get: function () { ${get} } };
export default {
  kvs: function () { return kvs; },
  edgeLocation: { name: 'FRA', serverIp: '192.0.2.1', region: 'eu-central-1' },
  createRequestOriginGroup: function () {},
};`;
}

/** All calls begin at once, and their continuations run in turn; the last one reads the clock. */
function driverFor(event: string, query: string | undefined): string {
  return `
var __events = [];
for (var __i = 0; __i < ${CALLS}; __i++) {
  var __event = JSON.parse(${JSON.stringify(event)});
  __event.request.rawQueryString = function () { return ${JSON.stringify(query)}; };
  __events.push(__event);
}
var __print = console.log;
console.log = function () {};
var __memory = njs.memoryStats.size;
var __last;
var __start = Date.now();
for (var __j = 0; __j < ${CALLS}; __j++) __last = handler(__events[__j]);
__last.then(function () {
  var micros = (Date.now() - __start) * 1000 / ${CALLS};
  var kilobytes = (njs.memoryStats.size - __memory) / 1024 / ${CALLS};
  __print.call(console, JSON.stringify({ micros: micros, kilobytes: kilobytes }));
});
`;
}

function print(kinds: readonly Kind[], micros: Map<string, number[]>, kilobytes: Map<string, number[]>): void {
  const allowed = micros.get('allow') ?? [];
  const rows = kinds.map(({ name }) => {
    const times = micros.get(name) ?? [];
    const ratios = times.map((time, round) => time / (allowed[round] ?? Number.NaN));
    return {
      'kind of request': name,
      'µs a call': formatSpread(spreadOf(times), 1),
      'ratio to allow': formatSpread(spreadOf(ratios), 2),
      'KB a call': spreadOf(kilobytes.get(name) ?? []).median.toFixed(1),
    };
  });
  process.stdout.write(`median (least-most) of ${ROUNDS} rounds of ${CALLS} calls under njs\n`);
  console.table(rows);
}
