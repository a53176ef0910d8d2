/** A folder in which the store is operated from the command line, as the one of `edgekeeper local` is. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePrivateFile } from '../../emulator/private-file.ts';
import { type Ended, runCommand } from './command.ts';

export interface Operated {
  readonly folder: string;
  /** Runs the command there; `input` is its standard input. */
  run(args: readonly string[], input?: string): Promise<Ended>;
  /** What the store file holds. */
  stored(): Promise<Record<string, string>>;
  store(entries: Readonly<Record<string, string>>): void;
  /** Lets commands find this edge. */
  announce(edge: { readonly control: string; readonly instance: string }): void;
  remove(): Promise<void>;
}

export async function operatedFolder(): Promise<Operated> {
  const folder = await mkdtemp(join(tmpdir(), 'edgekeeper-operated-'));
  const file = (name: string) => join(folder, '.edgekeeper', 'local', name);
  return {
    folder,
    run: (args, input) => runCommand(args, folder, input),
    stored: async () => JSON.parse(await readFile(file('kvs.json'), 'utf8')),
    store: (entries) => writePrivateFile(file('kvs.json'), JSON.stringify(entries)),
    announce: ({ control, instance }) => writePrivateFile(file('edge.json'), JSON.stringify({ control, instance })),
    remove: () => rm(folder, { recursive: true }),
  };
}
