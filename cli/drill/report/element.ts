/** HTML as elements, so that no text becomes anything else. */
import { document } from './drawing.ts';

/** As much of the DOM's as a report needs. */
export interface Element {
  readonly outerHTML: string;
  append(...content: (Element | string)[]): void;
  setAttribute(name: string, value: string): void;
}

export function element(
  name: string,
  content: readonly (Element | string)[] = [],
  attributes: Readonly<Record<string, string>> = {},
): Element {
  const made: Element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...content);
  return made;
}

export function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): Element {
  const cells = (name: string, texts: readonly string[]) =>
    element(
      'tr',
      texts.map((text) => element(name, [text])),
    );
  return element('div', [
    element('table', [
      element('caption', [caption]),
      element('thead', [cells('th', head)]),
      element(
        'tbody',
        rows.map((row) => cells('td', row)),
      ),
    ]),
  ]);
}
