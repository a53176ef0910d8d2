/** What `check` finds in the template that is served here, as the control API tells it. */
import { besideTemplate } from '../deploy/checks/beside.ts';
import { checkTemplate } from '../deploy/checks/check.ts';
import { type Beside, faultText, placeText } from '../deploy/checks/finding.ts';
import type { Finding } from '../emulator/finding.ts';

/**
 * A template that was read from a file, with its check: beside what lies there now.
 *
 * @throws {ConfigError} for settings there that are wrong.
 */
export function checkedTemplate(template: unknown, file: string) {
  const beside = besideTemplate(file);
  return { template, findings: async () => templateFindings(template, beside) };
}

/** @throws {EdgeError} ERR_TEMPLATE_INVALID for what is no template. */
export function templateFindings(template: unknown, beside: Beside): Finding[] {
  return checkTemplate(template, beside).map((finding) => {
    const { rule, severity, why, advice, see } = finding;
    return { rule, severity, where: placeText(finding), what: faultText(finding), why, advice, see };
  });
}
