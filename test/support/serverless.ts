/** The Serverless Framework's command, as people run it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { SERVERLESS_ENVIRONMENT } from '../../deploy/package.ts';
import type { Ended } from './command.ts';

/** Runs it in the folder of a service to its end. `env` comes beside the environment of the tests. */
export function runServerless(
  service: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const command = join(service, 'node_modules/serverless/bin/serverless.js');
  const child = spawn(process.execPath, [command, ...args], {
    cwd: service,
    env: { ...process.env, ...SERVERLESS_ENVIRONMENT, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (code) =>
      resolve({ code, out: stripVTControlCharacters(out), err: stripVTControlCharacters(err) }),
    );
  });
}
