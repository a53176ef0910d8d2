/** The Serverless Framework's command, as people run it. */
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { SERVERLESS_ENVIRONMENT } from '../../deploy/package.ts';
import { type Ended, startProcess } from './command.ts';

/** In the folder of a service; `env` comes beside the environment of the tests. */
export function startServerless(service: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = join(service, 'node_modules/serverless/bin/serverless.js');
  return startProcess([command, ...args], service, { ...SERVERLESS_ENVIRONMENT, ...env });
}

/** Runs it to its end; without colours. */
export async function runServerless(...[service, args, env]: Parameters<typeof startServerless>): Promise<Ended> {
  const { child, ended } = startServerless(service, args, env);
  child.stdin.end();
  const { code, out, err } = await ended;
  return { code, out: stripVTControlCharacters(out), err: stripVTControlCharacters(err) };
}
