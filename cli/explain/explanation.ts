/** How it is shown on a terminal why a request is allowed or refused. */
import { styleText } from 'node:util';
import type { Explanation } from '../../emulator/explanation.ts';

/** Lines for a terminal: colored only there, and not under `NO_COLOR`. */
export function explanationLines({ allow, reason, code, status, steps, nearest }: Explanation): string[] {
  const width = Math.max(...steps.map(({ step }) => step.length));
  const indent = ' '.repeat(width + 4);
  const lines = steps.flatMap(({ step, expected, got, ok }) => {
    const mark = ok ? styleText('green', '✓') : styleText('red', '✗');
    const line = `${mark} ${step.padEnd(width)}  `;
    if (!ok) return [`${line}expected ${shown(expected)}`, `${indent}got ${shown(got)}`];
    return [line + shown(got) + (got === expected ? '' : styleText('dim', ` (expected ${shown(expected)})`))];
  });
  lines.push('', allow ? styleText('green', 'allowed') : refusalLine(reason, status, code));
  if (nearest !== null) lines.push(`nearest miss: ${shown(nearest)}`);
  return lines;
}

/** Without a status nobody here can tell what the edge decides. */
function refusalLine(reason: string, status: number | null, code: string | null): string {
  if (status === null) return `${styleText('yellow', 'undecided')}: ${reason}`;
  const answer = code === null ? `answered ${status}` : `CloudFront answers ${status} ${code}`;
  return `${styleText('red', 'refused')}: ${reason} (${answer}${status === 302 ? ', to sign in' : ''})`;
}

/** Control characters, which a terminal would obey, as they are written in JSON. */
function shown(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    /[\u0000-\u001f\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
