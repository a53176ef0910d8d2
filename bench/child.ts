import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of the bench that speaks in messages. */
export interface Child {
  /** What it says next. @throws when it ends instead. */
  said(): Promise<unknown>;
  /** What it answers to a message. @throws when it ends instead. */
  ask(message: object): Promise<unknown>;
  end(): void;
}

/** @param file of a module beside this one */
export function startChild(file: string, ...args: readonly string[]): Child {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, args, { execArgv: ['--import', 'tsx'] });
  const said = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error(`${file}: expected an answer, got the end of the process`));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message);
      });
    });
  return {
    said,
    ask(message) {
      child.send(message);
      return said();
    },
    end: () => child.kill(),
  };
}
