/** What is about to be done to a distribution, as text and as data. */
import { styleText } from 'node:util';
import type { Change, Conflict } from './change.ts';
import type { AssociationFinding } from './finding.ts';
import { difference } from './outline.ts';
import { functionIn, placeText, type Value } from './place.ts';
import type { Plan } from './plan.ts';
import type { Undoing } from './undo.ts';

export type Proposal = Plan & Pick<Undoing, 'conflicts' | 'left'>;

/** Of a way back: nothing speaks against it, what it opens is warned of, and what cannot go back is a conflict. */
export function proposalOf(undoing: Undoing): Proposal {
  return { ...undoing, policies: [], kept: [] };
}

/** The difference, what stays, and what speaks against it. `isColoured`: for a terminal. */
export function proposalText(proposal: Proposal, name: string, isColoured: boolean): string {
  const { live, planned, kept, findings, conflicts, left } = proposal;
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    isColoured ? styleText(format, text, { validateStream: false }) : text;
  const patch = difference(live, planned, name);
  const lines = [
    ...patch
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => diffLine(line, style)),
    ...kept.map((one) => style('dim', `stays: ${one}`)),
    ...conflicts.map((conflict) => style('yellow', `conflict: ${conflictText(conflict)}`)),
    ...left.map((place) => style('yellow', `stays: ${placeText(place)}, which something still needs`)),
    ...findings.map((finding) => style(finding.severity === 'warning' ? 'yellow' : 'red', findingLine(finding))),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function diffLine(line: string, style: (format: 'red' | 'green' | 'cyan', text: string) => string): string {
  if (line.startsWith('+')) return style('green', line);
  if (line.startsWith('-')) return style('red', line);
  return line.startsWith('@@') ? style('cyan', line) : line;
}

export const findingLine = ({ severity, code, message }: AssociationFinding): string =>
  `${severity} ${code} ${message}`;

function conflictText({ place, ours, theirs }: Conflict): string {
  return `${placeText(place)}: expected ${shown(ours)}, got ${shown(theirs)}, which is left as it is`;
}

/** Of an origin only that it is there: its custom headers may be secrets. */
function shown(value: Value): string {
  if (value === null) return 'nothing';
  if (!value.startsWith('<')) return value;
  return functionIn(value) || 'an entry that was edited';
}

/** For `--json`. Values are ids and ARNs. */
export function proposalData({ live, planned, changes, findings, kept, conflicts, left }: Proposal, name: string) {
  return {
    changes: changes.map(({ place, from, to }: Change) => ({
      place: placeText(place),
      from: datum(from),
      to: datum(to),
    })),
    findings,
    kept,
    conflicts: conflicts.map(({ place, ours, theirs }) => ({
      place: placeText(place),
      ours: datum(ours),
      theirs: datum(theirs),
    })),
    left: left.map(placeText),
    diff: difference(live, planned, name),
  };
}

const datum = (value: Value): string | null => (value === null ? null : shown(value));
