/** What the terminal says of an update. */
import { relative } from 'node:path';
import { EdgeError } from '../../config/errors.ts';
import type { Update } from './live-editing.ts';

const MAX_NAMED = 3;

/** One line, and where it failed the error below it. */
export function updateReport({ changed, error, milliseconds }: Update, root: string): string {
  const named = changed.slice(0, MAX_NAMED).map((file) => relative(root, file));
  const rest = changed.length > MAX_NAMED ? ` and ${changed.length - MAX_NAMED} more` : '';
  const what = `${named.join(', ')}${rest} changed`;
  if (error === null) return `${what}: updated in ${Math.round(milliseconds)} ms\n`;
  return `${what}: not updated, the last good version goes on\n${reasonOf(error)}\n`;
}

function reasonOf(error: unknown): string {
  if (error instanceof EdgeError) return `${error.code}: ${error.message}`;
  return `unexpected error: ${error instanceof Error ? error.message : String(error)}`;
}
