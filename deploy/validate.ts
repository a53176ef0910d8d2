/** AWS's own validator, and the rules of `checks/`, over the compiled template and the templates inside its StackSets, offline. */
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CelEngine, type ValidateConfig } from '@aws/cloudformation-validate';
import { checkTemplate } from './checks/check.ts';
import { findingText, type Severity } from './checks/finding.ts';
import type { Template } from './template.ts';

/** Where `serverless package` writes what it compiled. */
const COMPILED_TEMPLATE = '.serverless/cloudformation-template-update-stack.json';

const CONFIG: ValidateConfig = {
  severityLevel: 'WARN',
  exclude: {
    resourceIds: [
      // The framework names the role of a function as a dependency a second time.
      ...['OriginRequest', 'OriginResponse', 'ViewerRequest'].map((name) => ({
        ruleId: 'W3005',
        resourceId: `${name}LambdaFunction`,
      })),
      // Topics of the settings have an account in their ARNs, and may be another's.
      { ruleId: 'W9013', resourceId: 'SecondaryRegion' },
      // A bucket that is there already is no resource to refer to.
      { ruleId: 'W9002', resourceId: 'LogDestination' },
    ],
    // The framework has no UpdateReplacePolicy for a version, which is never replaced: another hash, another logical id.
    resourceTypes: [{ ruleId: 'W3011', resourceType: 'AWS::Lambda::Version' }],
  },
};

/** What is wrong with the compiled template at `path`, a line each: `ruleId resource path: message`. Warnings of our own rules are not in it. */
export function validateTemplate(path: string): string[] {
  const engine = new CelEngine();
  const findings = (name: string, text: string) =>
    engine
      .validateStandard({ path: name, readBytes: () => Buffer.from(text) }, CONFIG)
      .diagnostics.map(({ ruleId, entity, propertyPath, message }) =>
        [ruleId, name, entity?.logicalId, propertyPath].filter(Boolean).join(' ').concat(`: ${message}`),
      );
  try {
    const text = readFileSync(path, 'utf8');
    const template = JSON.parse(text) as Template;
    const stackSets = Object.entries(template.Resources).filter(
      ([, { Type }]) => Type === 'AWS::CloudFormation::StackSet',
    );
    return [
      ...findings('', text),
      ...stackSets.flatMap(([id, { Properties }]) => findings(id, String(Properties.TemplateBody))),
      ...textsOf(template, 'error'),
    ];
  } finally {
    engine.free();
  }
}

/** What our own rules find, in lines. */
function textsOf(template: unknown, wanted: Severity): string[] {
  return checkTemplate(template)
    .filter(({ severity }) => severity === wanted)
    .map(findingText);
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const path = process.argv[2] ?? COMPILED_TEMPLATE;
  const findings = validateTemplate(path);
  for (const warning of textsOf(JSON.parse(readFileSync(path, 'utf8')), 'warning')) console.log(warning);
  console.log(findings.length === 0 ? `${path}: no findings that fail` : findings.join('\n'));
  process.exitCode = findings.length === 0 ? 0 : 1;
}
