/** A copy of the service in a temporary folder, so that a test may run it, break it and leave files behind. */
import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
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

/** Changes texts of its serverless.yml, each of which has to be there. */
export async function editService(
  root: string,
  edits: readonly (readonly [from: string, to: string])[],
): Promise<void> {
  const file = join(root, 'serverless.yml');
  let text = await readFile(file, 'utf8');
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`serverless.yml: expected ${JSON.stringify(from)} in it`);
    text = text.replace(from, to);
  }
  await writeFile(file, text);
}
