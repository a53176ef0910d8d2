import Table from 'cli-table3';

/** Lines of aligned columns, as other commands of a terminal print them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = new Table({
    chars: Object.fromEntries(BORDERS.map((border) => [border, border === 'middle' ? '  ' : ''])),
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  lines.push([...head], ...rows.map((row) => [...row]));
  return `${lines.toString().replaceAll(/ +$/gm, '')}\n`;
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
