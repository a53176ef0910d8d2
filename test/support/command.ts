/** The command as people run it: a process, its output and its exit code. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './service-copy.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface CommandInit {
  /** The checkout or copy whose command it is. */
  readonly service?: string;
  /** Beside the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>;
}

export function startCommand(args: readonly string[], cwd: string, { service = ROOT, env = {} }: CommandInit = {}) {
  return startProcess([join(service, 'cli', 'edgekeeper.js'), ...args], cwd, env);
}

/** Any program for Node.js: its file, and its arguments. */
export function startProcess(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env } });
  let out = '';
  let err = '';
  let notify = (): void => {};
  child.stdout.on('data', (chunk) => {
    out += chunk;
    notify();
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  return {
    child,
    ended,
    /** Settles when the output holds the text; fails when the command ends without it. */
    until: (text: string): Promise<string> =>
      Promise.race([
        new Promise<string>((resolve) => {
          notify = () => out.includes(text) && resolve(out);
          notify();
        }),
        ended.then((end) => {
          throw new Error(`ended with ${end.code} before "${text}": ${end.out}${end.err}`);
        }),
      ]),
  };
}

/** Runs the command to its end. `input` is its standard input. */
export function runCommand(
  args: readonly string[],
  cwd: string,
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { child, ended } = startCommand(args, cwd, { env });
  child.stdin.end(input);
  return ended;
}
