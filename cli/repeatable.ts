import { Option } from 'commander';

/** An option that may be given several times, and then is a list. */
export function repeatable(flags: string, description: string): Option {
  const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];
  return new Option(flags, `${description}; repeatable`).argParser(collect);
}
