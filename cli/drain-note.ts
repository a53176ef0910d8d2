import { parseJson } from '../emulator/parse-json.ts';
import { asObject } from '../shared/as-object.ts';

/** What is known of a drain beside what the edge reads: an entry of the store under `drain:<region>`. */
export interface DrainNote {
  readonly reason: string | null;
  /** Who drained it: the name of an operating system's user, or of a prober. */
  readonly by: string | null;
  /** ISO 8601. */
  readonly since: string | null;
}

/** What an entry says, as far as it does. */
export function drainNote(text: string | undefined): DrainNote {
  const note = asObject(parseJson(text ?? ''));
  const said = (name: keyof DrainNote): string | null => {
    const value = note?.[name];
    return typeof value === 'string' ? printable(value) : null;
  };
  return { reason: said('reason'), by: said('by'), since: said('since') };
}

/** Others may have written it: no control character reaches a terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}
