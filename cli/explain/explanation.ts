/** Why a request is allowed or refused, step by step, whatever it carries; and how that is shown to people. */
import { styleText } from 'node:util';

/** One thing that was looked at. Never holds a signature, a token, a cookie or a key. */
export interface Step {
  readonly step: string;
  readonly expected: string;
  readonly got: string;
  readonly ok: boolean;
}

export interface Explanation {
  readonly allow: boolean;
  /** `allowed`, or the reason of the verdict, which the steps explain and do not make. */
  readonly reason: string;
  /** CloudFront's own code for it; null for what CloudFront does not refuse itself. */
  readonly code: string | null;
  /** What the viewer is answered; null where the request goes on, and where nobody here can tell. */
  readonly status: number | null;
  /** In the order in which they are judged: the first that is not ok has the reason of the verdict. */
  readonly steps: readonly Step[];
  /** One sentence about what would have been allowed; null when nothing near was found. */
  readonly nearest: string | null;
}

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
