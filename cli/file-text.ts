import { readFileSync } from 'node:fs';
import { EdgeError } from '../config/errors.ts';

/** What is in the file of an option; `-` is standard input. @throws {EdgeError} ERR_FILE_MISSING */
export function fileText(option: string, file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new EdgeError('ERR_FILE_MISSING', `${option}: expected a file at ${file}, got ${code}`);
  }
}
