/** Findings of a check, for those who show them. */
import type { Finding } from '../../emulator/finding.ts';

/** Each text names the rule, so that one is told from another. */
export function findingOf(rule: string, severity: Finding['severity'] = 'error'): Finding {
  return {
    rule,
    severity,
    where: `Distribution DistributionConfig.${rule}`,
    what: `expected nothing of ${rule}, got 1`,
    why: `Why ${rule} matters.`,
    advice: `What to do about ${rule}.`,
    see: `https://example.com/${rule}.html`,
  };
}
