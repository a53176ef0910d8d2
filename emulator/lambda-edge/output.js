/** What the code of this thread prints, line by line. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';

const LEVELS = ['debug', 'error', 'info', 'log', 'trace', 'warn'];

/** A call of `console` is one line, as in the log of a Lambda function; what is written to a stream is cut at its ends. */
export function captureOutput(onLine) {
  for (const level of LEVELS) console[level] = (...parts) => onLine(format(...parts));
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk, encoding, callback) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      for (const line of text.replace(/\n$/, '').split('\n')) onLine(line);
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
  }
}

const HERE = dirname(fileURLToPath(import.meta.url));

/** An error with the places in the function's own code and its modules. */
export function described(error) {
  if (!(error instanceof Error)) return format(error);
  const text = String(error.stack ?? error);
  return text
    .split('\n')
    .filter((line) => !/^\s+at /.test(line) || !(line.includes(HERE) || line.includes('node:')))
    .join('\n');
}
