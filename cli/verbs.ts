/** What the command line can do, for programs that offer it as theirs. */
import type { Command } from 'commander';

export interface Verb {
  readonly name: string;
  /** With its arguments in front: `<region>: ask a region last`. */
  readonly usage: string;
  readonly options: readonly { readonly name: string; readonly usage: string; readonly takesValue: boolean }[];
  readonly verbs: readonly Verb[];
}

/** Prints the commands of the program, but for this one and help, as JSON. */
export function printVerbs(program: Command): void {
  process.stdout.write(`${JSON.stringify(verbsOf(program))}\n`);
}

function verbsOf(command: Command): Verb[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((inner) => inner.name() !== 'help')
    .map((inner) => ({
      name: inner.name(),
      usage: [argumentsOf(inner), inner.description()].filter(Boolean).join(': '),
      options: inner.options
        .filter(({ hidden }) => !hidden)
        .map((option) => ({
          name: (option.long ?? option.flags).replace(/^--/, ''),
          usage: option.description,
          takesValue: !option.isBoolean(),
        })),
      verbs: verbsOf(inner),
    }));
}

/** `<region>`, `[url]` or `<path...>` */
function argumentsOf(command: Command): string {
  return command.registeredArguments
    .map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? `<${name}>` : `[${name}]`;
    })
    .join(' ');
}
