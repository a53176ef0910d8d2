/** Why a request is allowed or refused: for many at once, a line of JSON each. */
import { createInterface } from 'node:readline';
import { EdgeError } from '../../config/errors.ts';
import { explainSigned } from './explain-signed.ts';
import { explainToken } from './explain-token.ts';

export interface ExplainOptions {
  readonly tokens?: boolean;
}

/** A verdict is an answer. A line that cannot be judged gets an error, the others go on; then the exit code is 1. */
export async function explain(options: ExplainOptions): Promise<void> {
  const judge = options.tokens === true ? explainToken : explainSigned;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const answer = await answerTo(line, judge);
    if ('error' in answer) process.exitCode = 1;
    if (!process.stdout.write(`${JSON.stringify(answer)}\n`)) {
      await new Promise((resolve) => process.stdout.once('drain', resolve));
    }
  }
}

async function answerTo(line: string, judge: (input: unknown) => object | Promise<object>): Promise<object> {
  let input: unknown;
  try {
    input = JSON.parse(line);
  } catch {
    return { id: null, error: 'line: expected JSON' };
  }
  const id = (input as { id?: unknown } | null)?.id ?? null;
  try {
    return { id, ...(await judge(input)) };
  } catch (error) {
    if (error instanceof EdgeError) return { id, error: error.message };
    throw error;
  }
}
