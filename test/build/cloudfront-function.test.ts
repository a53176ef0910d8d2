import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildCloudFrontFunction, bundledCloudFrontFunction } from '../../build/cloudfront-function.ts';
import { gate } from '../../build/gate.ts';
import { EdgeError } from '../../config/errors.ts';
import { describeNjs, runNjs } from '../support/njs.ts';
import { config as settings } from '../support/settings.ts';
import { ACCEPTED } from './accepted.ts';
import { REFUSED } from './refused.ts';
import { writeEntry, writeSources } from './sources.ts';

const config = settings();

/** The lines of the message that a build is refused with. */
async function refusalOf(entry: string): Promise<string[]> {
  const error: unknown = await buildCloudFrontFunction(entry, config).then(
    () => expect.fail('the build was expected to fail'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(EdgeError);
  expect(error).toHaveProperty('code', 'ERR_BUILD_FAILED');
  return (error as EdgeError).message.split('\n');
}

const STUB = `
  function get(key) { return Promise.resolve({ key: key }); }
  export default { kvs: function () { return { get: get }; } };
`;

/** Calls the handler in the engine, and returns what it returns or resolves to. */
function callHandler(script: string): unknown {
  const driver = `
    function print(value) { console.log(JSON.stringify(value)); }
    Promise.resolve(handler({ uri: '/a' })).then(print);
  `;
  return JSON.parse(runNjs(script + driver, STUB));
}

describe('what the runtime lacks fails the build, with file, line and advice', () => {
  test.each(REFUSED)('$name', async ({ source, found, instead }) => {
    const lines = await refusalOf(writeEntry(source));
    expect(lines).toHaveLength(1);
    const [, line, got, advice] = /viewer-request\.ts:(\d+):\d+: expected cloudfront-js-2\.0, got (.+?); (.+)$/.exec(
      lines[0] ?? '',
    ) ?? [null, lines[0]];
    expect({ line, got }).toEqual({ line: '2', got: found });
    expect(advice).toContain(instead);
  });

  test('column and file are those of the source, in a module that the entry imports', async () => {
    const folder = writeSources({
      'functions/cloudfront/viewer-request.ts': `
        import { listOf } from '../../shared/list.ts';
        export function handler(event: { request: unknown }) { return listOf(event); }`,
      'shared/list.ts': `interface Any { a: 1 }\n\nexport const listOf = (from: unknown) =>\n    Array.from([from]);\n`,
    });
    const [line, ...others] = await refusalOf(join(folder, 'functions/cloudfront/viewer-request.ts'));
    expect(line).toMatch(
      /\/shared\/list\.ts:4:5: expected cloudfront-js-2\.0, got Array\.from; write a loop that pushes into a list$/,
    );
    expect(others).toEqual([]);
  });

  test('everything wrong is listed at once, by file and line', async () => {
    const folder = writeSources({
      'viewer-request.ts': `import { two } from './two.ts';\nexport function handler(event: any) {\n  if (event === -0) return 1;\n  return two(new Map(), 1n);\n}\n`,
      'two.ts': 'export const two = (...a: unknown[]) => [a].flat();\n',
    });
    const lines = await refusalOf(join(folder, 'viewer-request.ts'));
    expect(lines.map((line) => /(\w[\w-]*\.ts:\d+:\d+): .* got (.*?);/.exec(line)?.slice(1))).toEqual([
      ['two.ts:1:45', 'the method flat'],
      undefined,
      ['viewer-request.ts:4:18', 'the global Map'],
      ['viewer-request.ts:4:25', 'a BigInt'],
    ]);
  });

  test('what no entry reaches is not deployed, and not refused', async () => {
    const source = 'function unused() { return new Map(); }\nexport function handler() { return 1; }\n';
    expect(await buildCloudFrontFunction(writeEntry(source), config)).not.toContain('Map');
  });

  test.each([
    {
      name: 'a module that does not exist',
      source: "import a from './missing.ts';\nexport const handler = a;",
      line: 1,
      text: 'Could not resolve "./missing.ts"',
    },
    {
      name: 'an export that does not exist',
      source: "\nimport { a } from './viewer-request.ts';\nexport function handler() { return a; }",
      line: 2,
      text: 'No matching export',
    },
    { name: 'no TypeScript', source: '\n\nexport function handler( {', line: 3, text: 'found end of file' },
    {
      name: 'a warning of esbuild',
      source: '\nexport function handler(event: any) { return event === -0; }',
      line: 2,
      text: 'Comparison with -0',
    },
    {
      name: 'a decorator',
      source: '\nconst log = (a: any) => a;\n@log class A {}\nexport function handler() { return A; }',
      line: 3,
      text: 'write it in plain JavaScript',
    },
  ])('$name', async ({ source, line, text }) => {
    const [first, ...others] = await refusalOf(writeEntry(source));
    expect(first).toMatch(new RegExp(`viewer-request\\.ts:${line}:\\d+: `));
    expect(first).toContain(text);
    expect(others).toEqual([]);
  });

  test('a setting above U+FFFF is named by its section', async () => {
    const entry = writeEntry(
      'declare const EDGE_CONFIG: any;\nexport function handler() { return EDGE_CONFIG.regions; }\n',
    );
    const regions = [{ region: 'us-east-1', originId: '😀' }];
    await expect(buildCloudFrontFunction(entry, { ...config, regions })).rejects.toThrow(
      '<define:EDGE_CONFIG.regions>:1:',
    );
  });

  test('what only the minifier brings to light is refused at its place in the source', async () => {
    const source =
      "import crypto from 'crypto';\nexport function handler() { return crypto.createHash('sha' + '512'); }\n";
    const [line] = await refusalOf(writeEntry(source));
    expect(line).toMatch(/viewer-request\.ts:2:54: expected cloudfront-js-2\.0, got the hash algorithm sha512;/);
  });

  test('a helper of esbuild that the runtime lacks is refused in the deployed script', async () => {
    const [line] = await refusalOf(writeEntry('export function handler(event: any) { return require(event.name); }'));
    expect(line).toMatch(
      /^dist\/cloudfront\/viewer-request\.js:1:\d+: expected cloudfront-js-2\.0, got the global \w+;/,
    );
  });
});

describe('of sources that were judged before', () => {
  test.each([
    { name: 'our function', entry: () => 'functions/cloudfront/viewer-request.ts' },
    {
      name: 'one that reads no settings, and has properties of their names',
      entry: () => writeEntry('export function handler(event: any) { return [event.hosts, event.statusCodes]; }'),
    },
  ])('$name is the same', async ({ entry }) => {
    const file = entry();
    expect(await bundledCloudFrontFunction(file, config, true)).toEqual(await bundledCloudFrontFunction(file, config));
  });

  test('a setting that the runtime takes otherwise is refused', async () => {
    const entry = writeEntry(
      'declare const EDGE_CONFIG: any;\nexport function handler() { return EDGE_CONFIG.regions; }\n',
    );
    const other = { ...config, regions: [{ region: 'us-east-1', originId: '😀' }] };
    await expect(bundledCloudFrontFunction(entry, other, true)).rejects.toMatchObject({ code: 'ERR_BUILD_FAILED' });
  });
});

describe('the handler', () => {
  test.each([
    { name: 'nothing is exported', source: 'console.log("a");\n', where: '1:1', got: 'no export' },
    {
      name: 'the export has another name',
      source: '\nexport function route() {}\n',
      where: '2:8',
      got: 'the export route',
    },
    {
      name: 'a default export',
      source: '\nexport default function handler() {}\n',
      where: '2:16',
      got: 'a default export',
    },
    {
      name: 'two exports',
      source: '\nexport function handler() {}\nexport const route = 1;\n',
      where: '3:14',
      got: 'the export route',
    },
    {
      name: 'an arrow function',
      source: '\nexport const handler = () => 1;\n',
      where: '2:14',
      got: 'a handler that is no declared function',
    },
    {
      name: 'a module passed on',
      source: "\nexport * from 'crypto';\nexport function handler() {}\n",
      where: '2:1',
      got: 'an export',
    },
  ])('$name: $got', async ({ source, where, got }) => {
    const lines = await refusalOf(writeEntry(source));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`viewer-request.ts:${where}: expected cloudfront-js-2.0, got ${got}; `);
  });

  test.each([
    { name: 'a function', source: 'export function handler() { return 1; }' },
    { name: 'an async function', source: 'export async function handler() { return 1; }' },
    {
      name: 'a function exported under another name',
      source: 'function route() { return 1; }\nexport { route as handler };',
    },
    {
      name: 'a function beside others of the same name',
      source: `function route(handler: any) { return handler ? handler() : 1; }
        function other() { const handler = () => 1; return handler(); }
        export { entry as handler }; function entry(event: any) { return event.again ? entry(other()) : route(null); }`,
    },
  ])('$name becomes the one global handler of a bare script', async ({ source }) => {
    const script = await buildCloudFrontFunction(writeEntry(source), config);
    expect(script.match(/\bhandler\b(?=\()/g)?.length).toBeGreaterThanOrEqual(1);
    expect(script).toMatch(/(^|[;}])(async )?function handler\(/);
    expect(script).not.toContain('export');
    expect(gate(script)).toEqual([]);
  });
});

describe('the script', () => {
  const sharing = {
    'viewer-request.ts': `
      import crypto from 'crypto';
      import cf from 'cloudfront';
      import { order } from './order.ts';
      declare const EDGE_CONFIG: any;
      const store = cf.kvs();
      export async function handler() {
        const value = await store.get('state');
        return [typeof crypto.createHash, value.key, order(), EDGE_CONFIG.failover];
      }`,
    'order.ts': `
      import crypto from 'crypto';
      declare const EDGE_CONFIG: any;
      const regions = EDGE_CONFIG.regions;
      export const order = () => [regions[1].region, typeof crypto.createHmac];`,
  };

  test('begins with the imports, above the settings that esbuild hoists', async () => {
    const script = await buildCloudFrontFunction(join(writeSources(sharing), 'viewer-request.ts'), config);
    expect(script).toMatch(/^(import \w+ from"\w+";)+(?!.*\bimport\b)/);
    expect(script).toContain('eu-west-1');
  });

  test('holds only the settings that it reads', async () => {
    const script = await buildCloudFrontFunction(join(writeSources(sharing), 'viewer-request.ts'), config);
    expect(script).not.toContain('/private/*');
  });

  test('is the same whenever and wherever it is built', async () => {
    const scripts = await Promise.all(
      [sharing, sharing, sharing].map((files) =>
        buildCloudFrontFunction(join(writeSources(files), 'viewer-request.ts'), config),
      ),
    );
    expect(new Set(scripts).size).toBe(1);
  });

  test('keeps regular expressions as they are written', async () => {
    const entry = writeEntry('export function handler(event: any) { return /a/y.test(event.uri); }');
    expect(await buildCloudFrontFunction(entry, config)).toContain('return/a/y.test(');
  });

  test('has no source map, and only ASCII', async () => {
    const script = await buildCloudFrontFunction(writeEntry('export function handler() { return "é"; }'), config);
    expect(script).toBe('function handler(){return"\\xE9"}\n');
  });

  test.each([
    { bytes: 10_240, outcome: 'built' },
    { bytes: 10_241, outcome: 'ERR_BUNDLE_TOO_LARGE' },
  ])('of $bytes bytes: $outcome', async ({ bytes, outcome }) => {
    const around = Buffer.byteLength('function handler(){return""}\n');
    const source = `export function handler() { return '${'a'.repeat(bytes - around)}'; }`;
    const result = await buildCloudFrontFunction(writeEntry(source), config).then(
      (script) => ({ bytes: Buffer.byteLength(script), outcome: 'built' }),
      (error) => ({ bytes, outcome: error.code, message: error.message }),
    );
    expect(result).toEqual({
      bytes,
      outcome,
      ...(outcome === 'built'
        ? {}
        : { message: 'dist/cloudfront/viewer-request.js: expected at most 10240 bytes, got 10241' }),
    });
  });
});

describe('what the runtime documents builds', () => {
  test.each(ACCEPTED)('$name', async ({ source }) => {
    const script = await buildCloudFrontFunction(writeEntry(source), config);
    expect(gate(script)).toEqual([]);
  });
});

describeNjs('what the runtime documents runs in the engine', () => {
  test.each(ACCEPTED.filter(({ newerThanNjs }) => newerThanNjs !== true))('$name', async ({ source, returns }) => {
    expect(callHandler(await buildCloudFrontFunction(writeEntry(source), config))).toEqual(returns);
  });

  test('several modules that import the same', async () => {
    const folder = writeSources({
      'viewer-request.ts': `import crypto from 'crypto'; import { a } from './a.ts';
        export function handler() { return [typeof crypto.createHash, a]; }`,
      'a.ts': "import crypto from 'crypto'; export const a = typeof crypto.createHmac;",
    });
    const script = await buildCloudFrontFunction(join(folder, 'viewer-request.ts'), config);
    expect(callHandler(script)).toEqual(['function', 'function']);
  });
});

/** Observed in njs 0.7.9, where Node.js says the opposite. Nearly every script contains these: the gate lets them through. */
describeNjs('what the engine sees differently, and the gate cannot refuse', () => {
  test.each([
    { name: '$ matches before a newline at the end', code: '/^a$/.test("a\\n")', returns: true },
    { name: '(?![\\s\\S]) does not', code: '/^a(?![\\s\\S])/.test("a\\n")', returns: false },
    { name: 'the dot matches a carriage return', code: '/^.$/.test("\\r")', returns: true },
    { name: '\\s knows ASCII only', code: '/\\s/.test("\\xa0")', returns: false },
    {
      name: 'names that are numbers stay where they were set',
      code: 'Object.keys({ b: 1, 0: 2 })',
      returns: ['b', '0'],
    },
  ])('$name', async ({ code, returns }) => {
    const source = `export function handler() { return ${code}; }`;
    expect(callHandler(await buildCloudFrontFunction(writeEntry(source), config))).toEqual(returns);
  });
});
