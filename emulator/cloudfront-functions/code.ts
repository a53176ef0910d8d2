/** The code of a CloudFront Function from a file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { unexpected } from '../../config/errors.ts';
import { CLOUDFRONT_FUNCTION_QUOTA_BYTES } from '../../config/quotas.ts';
import type { CloudFrontFunction } from '../distribution.ts';
import { mapBeside } from '../source-place.ts';
import { bundled, isTypeScript, shownPath } from '../typescript.ts';

/**
 * JavaScript as it is. Of TypeScript the types go, its imports come into the one script, and `export` goes;
 * all other syntax stays as it is written. Its size is that of the minified script.
 *
 * @throws {EdgeError} ERR_BUILD_FAILED for TypeScript that does not compile, ERR_BUNDLE_TOO_LARGE beyond 10 KB.
 */
export async function scriptOfFile(file: string): Promise<Pick<CloudFrontFunction, 'code' | 'source'>> {
  if (!isTypeScript(file)) {
    const code = await readFile(file, 'utf8');
    checkSize(file, code);
    return { code, source: { file, map: null } };
  }
  const { code: text, map } = await bundled(file, {
    outfile: `${file}.js`,
    platform: 'neutral',
    format: 'esm',
    target: 'esnext',
    treeShaking: false,
    external: ['cloudfront', 'crypto', 'querystring'],
    sourcemap: 'external',
    sourcesContent: false,
  });
  const code = text.replace(/^export \{[^}]*\};\n/m, '');
  checkSize(file, (await transform(code, { minify: true })).code);
  return { code, source: { file, map } };
}

/** The source map of a template's code that is the same as what `edgekeeper build` wrote, where there is one. */
export function builtMap({ code }: CloudFrontFunction, bundles: string): Pick<CloudFrontFunction, 'map'> {
  const folder = join(bundles, 'cloudfront');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.js')) : [];
  const file = files.map((name) => join(folder, name)).find((path) => readFileSync(path, 'utf8') === code);
  const map = file === undefined ? null : mapBeside(file);
  return map === null ? {} : { map };
}

/** @throws {EdgeError} ERR_BUNDLE_TOO_LARGE for code over the quota, which cannot be raised. */
export function checkSize(where: string, code: string): void {
  const bytes = Buffer.byteLength(code);
  if (bytes <= CLOUDFRONT_FUNCTION_QUOTA_BYTES) return;
  throw unexpected('ERR_BUNDLE_TOO_LARGE', shownPath(where), `at most ${CLOUDFRONT_FUNCTION_QUOTA_BYTES} bytes`, bytes);
}
