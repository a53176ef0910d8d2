/** Imports of runtime 2.0, which stand in what is otherwise a script: no JavaScript host takes them there. */
import { type ImportDeclaration, parse } from 'acorn';

/** What runs in the place of `import name from 'module'`. */
export function importScript({ source }: ImportDeclaration, name: string): string {
  return `const ${name}=__import(${JSON.stringify(source.value)});`;
}

/** By how many columns the code behind the imports of a line moves, where these end in that line. */
export function columnsAdded(code: string, line: number): number {
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  const imports = program.body.filter((node) => node.type === 'ImportDeclaration');
  return imports
    .filter(({ loc }) => loc?.end.line === line)
    .reduce((added, node) => {
      const name = node.specifiers[0]?.local.name ?? '';
      return added + importScript(node, name).length - (node.end - node.start);
    }, 0);
}
