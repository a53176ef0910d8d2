/** How a command finds the edge that runs in the same folder: by a file that is there while it does. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EdgeError } from '../../config/errors.ts';
import { parseJson } from '../../emulator/parse-json.ts';
import { writePrivateFile } from '../../emulator/private-file.ts';
import { localFolder } from '../local-keys.ts';
import { codeOf } from './store-of-edge.ts';

/** Where the control API is, and the name by which it proves to be the one meant. */
export interface RunningEdge {
  readonly control: string;
  readonly instance: string;
}

/** Says where the edge is until this process ends. Of several in one folder the last to start is found. */
export function announceEdge(root: string, { control, instance }: RunningEdge): void {
  const file = fileIn(root);
  writePrivateFile(file, `${JSON.stringify({ control, instance })}\n`);
  process.once('exit', () => {
    if (announced(file)?.instance === instance) rmSync(file, { force: true });
  });
}

/**
 * The control API of the edge that runs here. Undefined when none does: no file, or one that was left
 * behind by an edge that was killed, so that nobody answers, or another edge.
 *
 * @throws {EdgeError} ERR_STORE_UNREACHABLE when it cannot be told whether it runs.
 */
export async function runningEdge(root: string): Promise<string | undefined> {
  const edge = announced(fileIn(root));
  if (edge === undefined) return undefined;
  try {
    const answer = await fetch(edge.control);
    const { instance } = Object(parseJson(await answer.text()));
    return instance === edge.instance ? edge.control : undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ECONNREFUSED') return undefined;
    const message = `${edge.control}: expected the edge that runs here, got ${code} (if none does: delete ${fileIn(root)})`;
    throw new EdgeError('ERR_STORE_UNREACHABLE', message);
  }
}

function fileIn(root: string): string {
  return join(localFolder(root), 'edge.json');
}

function announced(file: string): RunningEdge | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const { control, instance } = Object(parseJson(text));
  return typeof control === 'string' && typeof instance === 'string' ? { control, instance } : undefined;
}
