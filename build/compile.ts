/**
 * Compiles what the package exports into `compiled/`: JavaScript and types, beside them the files
 * that are JavaScript already, and the inspector as browsers load it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspectorBundle } from './inspector.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'compiled');

/** What threads and realms load by its place. */
const KEPT = ['', '.js', '.cjs'];

rmSync(OUT, { recursive: true, force: true });
const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.package.json')], { stdio: 'inherit' });
for (const folder of ['cloudfront-functions', 'lambda-edge']) {
  cpSync(join(ROOT, 'emulator', folder), join(OUT, 'emulator', folder), {
    recursive: true,
    filter: (path) => KEPT.includes(extname(path)),
  });
}
const { script, style } = await inspectorBundle();
mkdirSync(join(OUT, 'emulator', 'inspector'), { recursive: true });
writeFileSync(join(OUT, 'emulator', 'inspector', 'app.js'), script);
writeFileSync(join(OUT, 'emulator', 'inspector', 'app.css'), style);
process.exitCode = status ?? 1;
