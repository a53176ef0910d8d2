/** Options that commands share, and what they are read as. */
import { type Command, InvalidArgumentError, Option } from 'commander';

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}.`);
  };
}

export function numberUpTo(max: number): (text: string) => number {
  return (text) => {
    if (/^\d+(?:\.\d+)?$/.test(text) && Number(text) <= max) return Number(text);
    throw new InvalidArgumentError(`expected a number from 0 to ${max}.`);
  };
}

export function port(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65_535) return number;
  throw new InvalidArgumentError('expected a port from 0 to 65535.');
}

/** A command over a store: the one of an edge on this machine, or one that is deployed. */
export function storeCommand(parent: Command, name: string): Command {
  return parent
    .command(name)
    .addOption(control().conflicts(['stage', 'store', 'profile']))
    .addOption(stage().conflicts('store'))
    .option('--store <arn>', 'the key value store that is deployed under this ARN, instead')
    .addOption(profile())
    .option('--json', 'print JSON');
}

export function control(): Option {
  return new Option(
    '--control <url>',
    'control API of the edge whose store is meant (default: the one that runs here)',
  );
}

/** An option that may be given several times, and then is a list. */
export function repeatable(flags: string, description: string): Option {
  const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];
  return new Option(flags, `${description}; repeatable`).argParser(collect);
}

/** Which deployed stack is meant. */
export function stage(): Option {
  return new Option('--stage <name>', 'the stage of the service that is deployed, instead of the edge on this machine');
}

/** Whose account. */
export function profile(): Option {
  return new Option(
    '--profile <name>',
    "a profile of AWS's own files, for what is deployed (default: the SDK's usual chain)",
  );
}
