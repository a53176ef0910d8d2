/** XML as AWS's services write it. */

export type Node = string | number | boolean | { readonly [name: string]: Node | readonly Node[] | undefined };

/** The elements of an object, in its order; a list is an element each, undefined none. */
export function xml(node: Node): string {
  if (typeof node !== 'object') return escaped(String(node));
  return Object.entries(node)
    .flatMap(([name, value]) =>
      [value ?? []].flat().map((item) => `<${name}>${xml(item as Node)}</${name.replace(/ .*/, '')}>`),
    )
    .join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
