/** A copy of the service in a temporary folder, so that a test may run it, break it and leave files behind. */
import { cp, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const ENTRIES = [
  'bench',
  'build',
  'cli',
  'config',
  'deploy',
  'emulator',
  'functions',
  'keys',
  'package.json',
  'serverless.yml',
  'shared',
  'signing',
  'tsconfig.json',
];

/** The dependencies are those of this checkout. */
export async function copyService(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'edgekeeper-service-'));
  for (const entry of ENTRIES) await cp(join(ROOT, entry), join(folder, entry), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}
