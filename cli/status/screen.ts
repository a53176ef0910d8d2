import { table } from '../table.ts';
import { type FunctionState, isUnread, type Part } from './parts.ts';
import type { Status } from './status.ts';

/** The status as a person reads it. */
export function screen({ stack, distribution, functions, store, refusals }: Status): string {
  const sections = [
    [`Stack ${stack.name}: ${stack.status}`],
    section('Distribution', distribution, ({ id, status, isEnabled, domainName }) => [
      `${id} ${status}${isEnabled ? '' : ', disabled'}, https://${domainName}`,
    ]),
    section('Functions', functions, (all) =>
      rows(
        ['function', 'published', 'associated'],
        all.map((one) => [one.name, one.published ?? 'never', associatedText(one)]),
      ),
    ),
    section('Regions', store, ({ regions }) =>
      rows(
        ['region', 'state', 'until', 'reason'],
        regions.map(({ region, state, until, reason }) => [region, state, until ?? '-', reason ?? '-']),
      ),
    ),
    section('Keys', store, ({ keys }) => [keys.length === 0 ? 'none: no token is good (keys add)' : keys.join(', ')]),
    section('Refusals in the last hour', refusals, ({ reasons, notCounted }) => [
      ...rows(
        ['reason', 'times'],
        Object.entries(reasons).map(([reason, times]) => [reason, String(times)]),
      ),
      ...(notCounted.length === 0 ? [] : [`not counted: ${notCounted.join(', ')}`]),
    ]),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function section<T>(title: string, told: Part<T>, lines: (told: T) => readonly string[]): string[] {
  const shown = isUnread(told) ? [`not read: ${told.unread}`] : lines(told);
  return [title, ...shown.map((line) => `  ${line}`)];
}

function rows(head: readonly string[], all: readonly (readonly string[])[]): string[] {
  return all.length === 0 ? ['none'] : table(head, all).trimEnd().split('\n');
}

function associatedText({ published, associated, isOutdated }: FunctionState): string {
  if (associated.length === 0) return 'no';
  const text = associated.join(', ');
  return isOutdated
    ? `${text}: outdated, ${published === null ? 'nothing is published' : 'another was made last'}`
    : text;
}
