/** `check`: what is wrong with a template, before CloudFront or a viewer finds out. */
import { writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { unexpected } from '../config/errors.ts';
import { besideTemplate } from '../deploy/checks/beside.ts';
import { checkTemplate, RULES } from '../deploy/checks/check.ts';
import { type Finding, findingText } from '../deploy/checks/finding.ts';
import { sarif } from '../deploy/checks/sarif.ts';
import packageJson from '../package.json' with { type: 'json' };
import { progress } from './progress.ts';
import { packagedTemplate, readJson } from './service.ts';

export interface CheckOptions {
  /** Absent: serverless.yml is packaged. */
  readonly template?: string;
  readonly json?: boolean;
  /** A file for code scanning. */
  readonly sarif?: string;
  /** Whether warnings fail, too. */
  readonly strict?: boolean;
}

/** The exit code is 1 with an error among the findings; with `strict`, with any. */
export async function check(root: string, options: CheckOptions): Promise<void> {
  const file =
    options.template === undefined
      ? await progress('Packaging serverless.yml', () => packagedTemplate(root, { leavesFindings: true }))
      : resolve(root, options.template);
  const name = options.template === undefined ? 'serverless.yml' : relative(root, file);
  const template = await readJson(root, file);
  const findings = checkTemplate(template, besideTemplate(file));
  if (options.sarif !== undefined) {
    const report = sarif(findings, RULES, name, packageJson.version);
    await writeFile(resolve(root, options.sarif), `${JSON.stringify(report, null, 2)}\n`).catch(({ code }) => {
      throw unexpected('ERR_OPTION_INVALID', '--sarif', 'a file that can be written', `${options.sarif}: ${code}`);
    });
  }
  process.stdout.write(options.json === true ? `${JSON.stringify(findings)}\n` : shown(findings, name));
  const failing = findings.filter(({ severity }) => options.strict === true || severity === 'error');
  if (failing.length > 0) process.exitCode = 1;
}

function shown(findings: readonly Finding[], name: string): string {
  if (findings.length === 0) return `${name}: no findings by ${RULES.length} rules.\n`;
  const lines = findings.map(
    (finding) => `${findingText(finding)}\n  ${finding.why}\n  ${finding.advice} ${finding.see}\n`,
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return `${lines.join('\n')}\n${name}: ${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}.\n`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
