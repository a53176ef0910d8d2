/** Where the code of a Lambda@Edge function comes from, made ready to be loaded. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LambdaFunction } from '../distribution.ts';
import { mapBeside } from '../source-place.ts';
import { bundled, isTypeScript } from '../typescript.ts';

export interface LambdaCode {
  readonly file: string;
  /** Whether it is an ECMAScript module, and not CommonJS. */
  readonly isModule: boolean;
  /** Whether it was made of another file, which its source map names. */
  readonly isCompiled: boolean;
  /** The source map that is beside a bundle, with absolute sources; absent: there is none. */
  readonly map?: string;
  /** The name of the handler among the exports; `a.b` is inside an object. */
  readonly exported: string;
}

/** `index.handler` names the export `handler`, `lib/index.a.b` the export `a.b`. */
function exportedBy({ handler }: LambdaFunction): string {
  const [, ...exported] = basename(handler).split('.');
  return exported.join('.');
}

/**
 * The bundle that `edgekeeper build` made: `functions/lambda-edge/origin-response.handler` is in
 * `lambda-edge/origin-response.js` in the folder of the bundles. Null where there is none.
 */
export function builtCode(definition: LambdaFunction, bundles: string): LambdaCode | null {
  const [name = ''] = basename(definition.handler).split('.');
  const file = join(bundles, basename(dirname(definition.handler)), `${name}.js`);
  if (!existsSync(file)) return null;
  const map = mapBeside(file);
  const code = { file, isModule: isModule(file), isCompiled: false, exported: exportedBy(definition) };
  return { ...code, ...(map !== null && { map }) };
}

/** `Code.ZipFile`, which Lambda puts into `index.js`, without a package around it. `folder` is where it goes. */
export async function inlineCode(definition: LambdaFunction, text: string, folder: string): Promise<LambdaCode> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'index.js');
  await writeFile(file, text);
  return { file, isModule: false, isCompiled: false, exported: exportedBy(definition) };
}

/**
 * A file as it is, with the modules beside it. TypeScript is bundled into `folder`: the bundle still takes itself
 * for the source file, whose format it has.
 *
 * @throws {EdgeError} ERR_BUILD_FAILED for TypeScript that does not compile.
 */
export async function codeOfFile(definition: LambdaFunction, file: string, folder: string): Promise<LambdaCode> {
  const code = { isModule: isModule(file), exported: exportedBy(definition) };
  if (!isTypeScript(file)) return { ...code, file, isCompiled: false };
  const outfile = join(folder, code.isModule ? 'index.mjs' : 'index.cjs');
  const bundle = await bundled(file, {
    outfile,
    platform: 'node',
    target: 'node20',
    format: code.isModule ? 'esm' : 'cjs',
    sourcemap: 'inline',
    sourcesContent: false,
    define: ownPlace(file),
    ...(code.isModule && { banner: { js: requireAt(file) } }),
  });
  await mkdir(folder, { recursive: true });
  await writeFile(outfile, bundle.code);
  return { ...code, file: outfile, isCompiled: true };
}

function ownPlace(file: string): Record<string, string> {
  const places = {
    __filename: file,
    __dirname: dirname(file),
    'import.meta.url': pathToFileURL(file).href,
    'import.meta.filename': file,
    'import.meta.dirname': dirname(file),
  };
  return Object.fromEntries(Object.entries(places).map(([name, place]) => [name, JSON.stringify(place)]));
}

/** For CommonJS packages inside a module. */
function requireAt(file: string): string {
  const url = JSON.stringify(pathToFileURL(file).href);
  return `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(${url});`;
}

/** As Node.js decides it: by the file's name, or the `type` of the nearest `package.json`. */
function isModule(file: string): boolean {
  const extension = extname(file);
  if (extension.startsWith('.m')) return true;
  if (extension.startsWith('.c')) return false;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
    if (folder === dirname(folder)) return false;
  }
}
