import Table from 'cli-table3';

/** Lines of aligned columns, as other commands of a terminal print them; of numbers, all but the first to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], hasNumbers = false): string {
  const lines = new Table({
    chars: Object.fromEntries(BORDERS.map((border) => [border, border === 'middle' ? '  ' : ''])),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  const all = head.length === 0 ? rows : [head, ...rows];
  lines.push(...all.map((row) => row.map((content, column) => ({ content, hAlign: hAlignOf(column, hasNumbers) }))));
  return `${lines.toString().replaceAll(/ +$/gm, '')}\n`;
}

function hAlignOf(column: number, hasNumbers: boolean): 'left' | 'right' {
  return hasNumbers && column > 0 ? 'right' : 'left';
}

const BORDERS = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
  'left',
  'left-mid',
  'mid',
  'mid-mid',
  'right',
  'right-mid',
  'middle',
] as const;
