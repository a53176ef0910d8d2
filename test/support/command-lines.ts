/** Command lines as documents have them, held to what the program, package.json and Serverless take. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { program } from '../../cli/main.ts';
import { ROOT } from './service-copy.ts';

/** What is wrong with a command line; null: nothing. Commands of others than npm and npx are not expected. */
export function commandLineFault(line: string): string | null {
  const [npx, tool, ...words] = (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replace(/^(['"])(.*)\1$/, '$2'),
  );
  if (npx === 'npm') return npmFault(tool ?? '', words);
  if (npx !== 'npx') return `${npx}: no command of ours`;
  if (tool === 'edgekeeper') return commandFault(program(), words);
  return /^npx serverless (?:deploy|package|remove) --stage [a-z]+$/.test(line)
    ? null
    : `${tool}: not expected like this`;
}

function npmFault(verb: string, words: readonly string[]): string | null {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  if (verb === 'ci' && words.length === 0) return null;
  return verb === 'run' && scripts[words[0] ?? ''] !== undefined ? null : `npm ${verb} ${words.join(' ')}`;
}

function commandFault(command: Command, words: readonly string[]): string | null {
  const [word = '', ...rest] = words;
  const inner = command.commands.find((one) => one.name() === word);
  if (inner !== undefined) return commandFault(inner, rest);
  if (command.parent === null) return `${word}: no such command`;
  return wordsFault(command, words);
}

function wordsFault(command: Command, words: readonly string[]): string | null {
  const named = `${command.name()} `;
  let given = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const option = command.options.find(({ long }) => long === word);
    if (option === undefined && word.startsWith('--')) return `${named}${word}: no such option`;
    if (!word.startsWith('--')) given++;
    else if ((option?.required ?? true) && words[++i]?.startsWith('--') !== false) return `${word}: without a value`;
  }
  const { registeredArguments, options } = command;
  const wanted = registeredArguments.filter(({ required }) => required).length;
  if (given < wanted || given > registeredArguments.length) return `${named}with ${given} arguments`;
  const missing = options.find(({ mandatory, long }) => mandatory && !words.includes(String(long)));
  return missing === undefined ? null : `${named}without ${missing.long}`;
}
