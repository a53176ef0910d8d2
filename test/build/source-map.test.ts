import { readFileSync } from 'node:fs';
import { originalPositionFor, TraceMap, traceSegment } from '@jridgewell/trace-mapping';
import { type AnyNode, parse } from 'acorn';
import { full } from 'acorn-walk';
import { describe, expect, test } from 'vitest';
import { bundledCloudFrontFunction } from '../../build/cloudfront-function.ts';
import { bundledLambdaEdge } from '../../build/lambda-edge.ts';
import { type MappedCode, mapFile, mapOfFile } from '../../build/source-map.ts';
import { config as settings } from '../support/settings.ts';
import { writeSources } from './sources.ts';

const config = settings({ revocation: true, geo: true, carriers: ['path', 'query', 'header', 'cookie'] });

/** Each text of the code that has a place of its own in a source: what stands there. */
function mappedTexts({ code, map }: MappedCode): [text: string, there: string][] {
  const trace = new TraceMap({ ...map, sources: [...map.sources], names: [] });
  const found: [string, string][] = [];
  full(parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true }), (node) => {
    const { type, value, loc } = node as AnyNode & { value?: unknown };
    if (type !== 'Literal' || typeof value !== 'string' || value.length < 4 || loc == null) return;
    const { source, line, column } = originalPositionFor(trace, loc.start);
    const hasPlace = traceSegment(trace, loc.start.line - 1, loc.start.column)?.[0] === loc.start.column;
    // A constant may stand where its name does, and the settings are in no file.
    if (source === null || !hasPlace || source.includes('<define:')) return;
    const there = readFileSync(source, 'utf8').split('\n')[line - 1]?.slice(column) ?? '';
    found.push([value, there.slice(1, value.length + 1)]);
  });
  return found;
}

describe('a source map leads each text of the code to its place', () => {
  test('of our own CloudFront Function, which is rewritten behind esbuild', async () => {
    const texts = mappedTexts(await bundledCloudFrontFunction('functions/cloudfront/viewer-request.ts', config));
    expect(texts.length).toBeGreaterThan(20);
    expect(texts.filter(([text, there]) => text !== there)).toEqual([]);
  });

  test.each([
    ['a CloudFront Function of another kind', bundledCloudFrontFunction],
    ['a Lambda@Edge function', bundledLambdaEdge],
  ])('of %s', async (_, bundled) => {
    const folder = writeSources({
      'words.ts': `export const word = (key: string): string => (key === 'first' ? 'this one' : 'that one');\n`,
      'viewer-request.ts': `import { word } from './words.ts';\n\nexport async function handler(event: any): Promise<unknown> {\n  return { 'in-words': word('first'), 'of-event': event['some-key'] };\n}\n`,
    });
    const texts = mappedTexts(await bundled(`${folder}/viewer-request.ts`, config));
    expect(texts.map(([text]) => text)).toEqual(expect.arrayContaining(['some-key', 'this one', 'that one']));
    expect(texts.filter(([text, there]) => text !== there)).toEqual([]);
  });
});

test('its file names sources as seen from its folder', () => {
  const map = { version: 3 as const, sources: ['/project/functions/a.ts'], names: [], mappings: 'AAAA' };
  const text = mapFile(map, '/project/dist/cloudfront');
  expect(JSON.parse(text).sources).toEqual(['../../functions/a.ts']);
  expect(mapOfFile(text, '/project/dist/cloudfront')).toEqual(map);
  expect(mapOfFile(text, '/other/dist/cloudfront').sources).toEqual(['/other/functions/a.ts']);
});
