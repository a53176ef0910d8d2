import { type BuildFailure, transformSync } from 'esbuild';

/** Where a text stops being JSON. Of the text not a word: it may hold secrets. */
export function jsonFault(text: string): string {
  const [first] = errorsOf(text);
  if (!first?.location) return 'something else';
  const { line, column } = first.location;
  return `a syntax error in line ${line}, column ${column + 1}`;
}

function errorsOf(text: string): BuildFailure['errors'] {
  try {
    transformSync(text, { loader: 'json', logLevel: 'silent' });
    return [];
  } catch (error) {
    return (error as BuildFailure).errors;
  }
}
