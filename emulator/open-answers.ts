/** Answers that are being made, and bodies that are being sent: what they need has to stay until then. */
import { finished } from 'node:stream';
import type { EdgeResponse } from './exchange.ts';

export interface OpenAnswers {
  /** Counts it until its body, or the connection that it opens, has ended. */
  counted<T extends EdgeResponse>(answer: Promise<T>): Promise<T>;
  /** Settles when no answer is being made. */
  whenMade(): Promise<void>;
  /** Settles when none is being sent either. */
  whenSent(): Promise<void>;
}

export function openAnswers(): OpenAnswers {
  const making = counter();
  const open = counter();
  return {
    async counted(answer) {
      making.add();
      open.add();
      try {
        const { body, tunnel } = await answer;
        const stream = tunnel?.socket ?? (Buffer.isBuffer(body) ? null : body);
        if (stream === null) open.remove();
        else finished(stream, () => open.remove());
      } catch {
        open.remove();
      }
      making.remove();
      return answer;
    },
    whenMade: making.whenNone,
    whenSent: open.whenNone,
  };
}

function counter() {
  let count = 0;
  const waiting: (() => void)[] = [];
  return {
    add: () => void count++,
    remove() {
      count--;
      if (count === 0) for (const resolve of waiting.splice(0)) resolve();
    },
    whenNone: () => (count === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
  };
}
