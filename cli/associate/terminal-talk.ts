/** How the commands over a distribution talk in a terminal. */
import { createInterface } from 'node:readline/promises';
import { EdgeError } from '../../config/errors.ts';
import type { Talk } from '../../deploy/associate/carry-out.ts';
import { isAgainst } from '../../deploy/associate/finding.ts';
import { proposalData, proposalText } from '../../deploy/associate/proposal.ts';
import { progress } from '../progress.ts';

export interface TalkOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** With `json` one line is said: here what is refused, otherwise the result, by whoever called. */
export function terminalTalk({ yes = false, json = false }: TalkOptions): Talk {
  const isColoured = process.stdout.isTTY === true && process.stdout.hasColors() && !process.env.NO_COLOR;
  return {
    show: (proposal, name) => {
      if (!json) process.stdout.write(proposalText(proposal, name, isColoured));
      else if (proposal.findings.some(isAgainst)) {
        const data = { distribution: name, sent: false, refused: true, ...proposalData(proposal, name) };
        process.stdout.write(`${JSON.stringify(data)}\n`);
      }
    },
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
