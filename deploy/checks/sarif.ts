import type { Finding, Rule } from './finding.ts';
import { findingText } from './finding.ts';

/**
 * Findings as code scanning reads them.
 *
 * @param file the template, as a path within the repository
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarif(findings: readonly Finding[], rules: readonly Rule[], file: string, version: string): object {
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'edgekeeper',
            version,
            rules: rules.map(({ id, severity, why, advice, see }) => ({
              id,
              shortDescription: { text: why },
              help: { text: advice },
              helpUri: see,
              defaultConfiguration: { level: severity },
            })),
          },
        },
        results: findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: rules.findIndex(({ id }) => id === finding.rule),
          level: finding.severity,
          message: { text: `${findingText(finding)}. ${finding.why} ${finding.advice}` },
          locations: [
            {
              physicalLocation: { artifactLocation: { uri: file.replaceAll('\\', '/') }, region: { startLine: 1 } },
              logicalLocations: [{ fullyQualifiedName: `Resources.${finding.resource}.Properties.${finding.path}` }],
            },
          ],
        })),
      },
    ],
  };
}
