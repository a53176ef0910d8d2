/** What a check of a template found, and how it is told. */
import type { EdgeConfig } from '../../shared/config.ts';

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
  find(template: CheckedTemplate, beside: Beside): readonly Place[];
}

/** What is known besides a template: of somebody else's, nothing. */
export interface Beside {
  /** Of the service that the template was packaged from. */
  readonly settings: EdgeConfig | null;
  /** Sizes of the zip files that were packaged with it, in bytes, by their names. */
  readonly zips: ReadonlyMap<string, number>;
}

export const NOTHING_BESIDE: Beside = { settings: null, zips: new Map() };

/** Where a rule does not hold. */
export interface Place {
  /** Logical id. */
  readonly resource: string;
  /** Of the property, from the resource's `Properties` on: `DistributionConfig.Origins.0.Id`. */
  readonly path: string;
  /** Under `custom.edgekeeper`, where the property does not agree with it: `regions[1].originId`. */
  readonly setting?: string;
  readonly expected: string;
  readonly got: unknown;
}

/** A rule that needs the settings. */
export interface SettingsRule extends Omit<Rule, 'find'> {
  find(template: CheckedTemplate, settings: EdgeConfig): readonly SettingPlace[];
}

/** A place that does not agree with a setting. */
export interface SettingPlace extends Place {
  readonly setting: string;
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
export function findingText(finding: Finding): string {
  return `${finding.severity} ${finding.rule} ${placeText(finding)}: ${faultText(finding)}`;
}

/** `Distribution DistributionConfig...`, with the setting that it does not agree with. */
export function placeText({ resource, path, setting }: Place): string {
  return setting === undefined ? `${resource} ${path}` : `${resource} ${path} beside ${setting}`;
}

/** `expected 503, got [500]`. */
export function faultText({ expected, got }: Place): string {
  const text = JSON.stringify(got) ?? 'nothing';
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
  return `expected ${expected}, got ${shown}`;
}
