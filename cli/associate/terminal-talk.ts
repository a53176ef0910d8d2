/** How the commands over a distribution talk in a terminal. */
import { createInterface } from 'node:readline/promises';
import { EdgeError } from '../../config/errors.ts';
import type { Talk } from '../../deploy/associate/carry-out.ts';
import { progress } from '../progress.ts';

export interface TalkOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** With `json` nothing is said but the result, by whoever called. */
export function terminalTalk({ yes = false, json = false }: TalkOptions): Talk {
  return {
    isColoured: process.stdout.isTTY === true && process.stdout.hasColors() && !process.env.NO_COLOR,
    say: (text) => {
      if (!json) process.stdout.write(text);
    },
    confirm: async (question) => yes || ask(question),
    during: progress,
  };
}

/** @throws {EdgeError} ERR_OPTION_INVALID where nobody is there to be asked. */
async function ask(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new EdgeError(
      'ERR_OPTION_INVALID',
      '--yes: expected it where nobody can be asked, got none; nothing was sent',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
