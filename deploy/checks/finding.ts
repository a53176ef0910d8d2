/** What a check of a template found, and how it is told. */

/** `error`: CloudFront refuses it, or viewers get errors; `warning`: it deploys, and is likely not what is meant. */
export type Severity = 'error' | 'warning';

/** A kind of finding. */
export interface Rule {
  /** In the words of the field, `failover-codes`. Stable: suppressions and dashboards name it. */
  readonly id: string;
  readonly severity: Severity;
  /** Why it matters, a sentence. */
  readonly why: string;
  /** What to do, a sentence. */
  readonly advice: string;
  /** The page that says so. */
  readonly see: string;
  find(template: CheckedTemplate): readonly Place[];
}

/** Where a rule does not hold. */
export interface Place {
  /** Logical id. */
  readonly resource: string;
  /** Of the property, from the resource's `Properties` on: `DistributionConfig.Origins.0.Id`. */
  readonly path: string;
  readonly expected: string;
  readonly got: unknown;
}

export interface Finding extends Place, Pick<Rule, 'severity' | 'why' | 'advice' | 'see'> {
  readonly rule: string;
}

/** A compiled CloudFormation template. */
export interface CheckedTemplate {
  readonly Resources: Readonly<Record<string, CheckedResource>>;
}

export interface CheckedResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

const MAX_SHOWN = 120;

/** One line: `error failover-codes Distribution DistributionConfig...: expected 503, got [500]`. */
export function findingText({ severity, rule, resource, path, expected, got }: Finding): string {
  const text = JSON.stringify(got) ?? 'nothing';
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
  return `${severity} ${rule} ${resource} ${path}: expected ${expected}, got ${shown}`;
}
