/** Imports go one way, and the project speaks of itself alone. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What each folder may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  shared: ['aws-lambda'],
  'functions/cloudfront': ['shared', 'cloudfront', 'crypto'],
  'functions/lambda-edge': ['shared', 'signing', 'aws-lambda', 'jose', 'structured-headers'],
  'functions/scheduled': ['shared', 'node:', '@smithy/hash-node', '@smithy/signature-v4', '@smithy/signature-v4a'],
  config: ['shared'],
  signing: ['shared', 'jose', 'node:'],
  'emulator/inspector': [
    'emulator',
    '@observablehq/plot',
    'd3-geo',
    'diff',
    'preact',
    'preact/hooks',
    'topojson-client',
    'world-atlas/land-110m.json',
  ],
  build: [
    'config',
    'shared',
    'node:',
    'acorn',
    'acorn-walk',
    'esbuild',
    '@jridgewell/sourcemap-codec',
    '@jridgewell/trace-mapping',
  ],
  deploy: [
    'build',
    'config',
    'shared',
    'signing',
    'node:',
    'tsx',
    '@aws/cloudformation-validate',
    '@xmldom/xmldom',
    'diff',
    '@aws-sdk/client-cloudformation',
    '@aws-sdk/client-cloudfront',
    '@aws-sdk/client-cloudfront-keyvaluestore',
    '@aws-sdk/client-cloudwatch-logs',
    '@aws-sdk/signature-v4a',
  ],
  emulator: [
    'aws-lambda',
    'build',
    'config',
    'shared',
    'signing',
    'node:',
    'acorn',
    'acorn-walk',
    'esbuild',
    'lru-cache',
    'mime-types',
    'node-forge',
    'structured-headers',
  ],
  cli: [
    'package.json',
    'build',
    'config',
    'deploy',
    'emulator',
    'shared',
    'signing',
    'node:',
    '@observablehq/plot',
    'cli-table3',
    'commander',
    'jose',
    'linkedom',
    'ms',
    'topojson-client',
    'tsx',
    'world-atlas/land-110m.json',
  ],
};

function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => folderOf(relative(ROOT, file)) === folder);
}

/** The innermost of those that are named above. */
function folderOf(path: string): string {
  const folders = Object.keys(MAY_IMPORT).filter((folder) => path.replaceAll('\\', '/').startsWith(`${folder}/`));
  return folders.sort((a, b) => b.length - a.length)[0] ?? path;
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const found = [
    ...text.matchAll(/(?:^|\n)(?:import|export)\b[^'"`;]*?from '([^']+)'|(?:import|require)\('([^']+)'\)/g),
  ];
  return found.map(([, fromClause, call]) => fromClause ?? call ?? '');
}

/** The folder of the project, or the package. */
function placeOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.'))
    return specifier.startsWith('node:') ? 'node:' : specifier.replace(/^(tsx)\/.*/, '$1');
  const path = relative(ROOT, join(dirname(file), specifier)).replaceAll('\\', '/');
  return folderOf(path);
}

describe('imports', () => {
  test.each(Object.keys(MAY_IMPORT))('of %s go one way', (folder) => {
    const files = sourcesIn(folder);
    expect(files.length).toBeGreaterThan(0);
    const strays = files.flatMap((file) =>
      importsOf(file)
        .map((specifier) => placeOf(file, specifier))
        .filter((place) => place !== folder && !MAY_IMPORT[folder]?.includes(place))
        .map((place) => `${relative(ROOT, file)}: ${place}`),
    );
    expect(strays).toEqual([]);
  });

  test('of emulator/inspector from outside are types of what the control API answers', () => {
    const outside = sourcesIn('emulator/inspector').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^import ([^';]*?) from '(\.[^']*)';$/gm)]
        .map(([, what = '', specifier = '']) => ({ what, place: relative(ROOT, join(dirname(file), specifier)) }))
        .filter(({ place }) => folderOf(place) !== 'emulator/inspector'),
    );
    expect(outside.length).toBeGreaterThan(0);
    for (const { what, place } of outside) {
      expect([what.split(' ', 1)[0], place.replaceAll('\\', '/')]).toEqual(['type', 'emulator/control/answers.ts']);
    }
  });
});
