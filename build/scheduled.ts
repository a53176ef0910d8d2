/** The recipe for the scheduled function, whose code is text inside the template of a StackSet. */
import { relative } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { EdgeConfig } from '../shared/config.ts';
import { bundle, refuse } from './bundle.ts';
import { lambdaEdgeOptions } from './lambda-edge.ts';

/**
 * A CommonJS module that unpacks the bundle and is it. A StackSet's template holds 51,200 bytes, and the library that
 * signs for every region alone is as long: compressed, all of it is less than half of that.
 *
 * @throws {ERR_BUILD_FAILED} with a line for everything that esbuild objects to, warnings too.
 */
export async function buildScheduled(entry: string, config: EdgeConfig): Promise<string> {
  const path = relative(process.cwd(), entry).replaceAll('\\', '/');
  // It checks nobody. And libraries have a form from which esbuild leaves out what is not used.
  const seen = { ...config, protected: [], sectionKeys: {} };
  const options = { ...lambdaEdgeOptions(seen), mainFields: ['module', 'main'], conditions: ['module'] };
  const { code, problems } = await bundle(path, options);
  refuse(problems);
  return [
    `// ${path}, bundled and compressed: a template holds no more.`,
    `const packed = '${brotliCompressSync(code).toString('base64')}';`,
    "const code = require('node:zlib').brotliDecompressSync(Buffer.from(packed, 'base64')).toString();",
    "require('node:vm').compileFunction(code, ['module', 'exports', 'require'])(module, exports, require);",
    '',
  ].join('\n');
}
