/** `npm run bench [-- function]`: figures of one run on this machine, as ratios with their spread. Nothing is asserted. */
import { benchFunction } from './function.ts';

const BENCHES: Readonly<Record<string, () => Promise<void>>> = { function: benchFunction };

const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown === undefined) {
  for (const name of names.length === 0 ? Object.keys(BENCHES) : names) await BENCHES[name]?.();
} else {
  process.stderr.write(`bench: expected ${Object.keys(BENCHES).join(', ')}, got ${unknown}\n`);
  process.exitCode = 2;
}
