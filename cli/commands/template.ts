/** Arguments of `edgekeeper build` and `check`. */
import type { Command } from 'commander';

export function buildCommand(root: Command): void {
  root
    .command('build')
    .description('compile the functions to dist/, exactly as they are deployed')
    .action(async () => (await import('../build.ts')).build(process.cwd()));
}

export function checkCommand(root: Command): void {
  root
    .command('check')
    .description('what is wrong with a template: of serverless.yml, or of any stack')
    .option('--template <file>', 'a compiled CloudFormation template, as JSON')
    .option('--strict', 'exit with 1 for warnings, too')
    .option('--sarif <file>', 'write the findings for code scanning')
    .option('--json', 'print JSON')
    .action(async (options) => (await import('../check.ts')).check(process.cwd(), options));
}
