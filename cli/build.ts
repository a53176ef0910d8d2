import { progress } from './progress.ts';
import { packagedService } from './service.ts';

/** Builds the functions into `dist/` and prints their sizes. */
export async function build(root: string): Promise<void> {
  const { functions } = await progress('Reading the settings and building the functions', () => packagedService(root));
  for (const { file, bytes, quotaBytes } of functions) {
    process.stdout.write(`${file.padEnd(38)} ${String(bytes).padStart(7)} of ${quotaBytes} bytes\n`);
  }
}
