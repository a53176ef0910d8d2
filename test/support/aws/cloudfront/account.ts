/** What an account has at CloudFront, as the local endpoint keeps it. */
import { ACCOUNT, configurationXml } from './configuration.ts';
import { parsed, textAt } from './xml.ts';

export interface Stored {
  readonly id: string;
  xml: string;
  version: number;
  /** How many more reads say `InProgress`; Infinity: it never ends. */
  readsInProgress: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface StoredFunction {
  readonly isPublished: boolean;
  readonly stores?: readonly string[];
}

/** A policy is the XML of its config. */
export type Policies = Map<string, { xml: string; version: number }>;

export interface Account {
  readonly distributions: Map<string, Stored>;
  /** By ARN. */
  readonly functions: Map<string, StoredFunction>;
  readonly cachePolicies: Policies;
  readonly originRequestPolicies: Policies;
  readonly continuousDeploymentPolicies: Policies;
  /** Elements of distributions that the SDK does not know yet. */
  readonly futureElements: readonly string[];
  /** How many reads say `InProgress` after an update. */
  readsInProgress: number;
  made: number;
}

export interface AccountInit {
  readonly distributions?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly functions?: Readonly<Record<string, StoredFunction>>;
  readonly cachePolicies?: Readonly<Record<string, string>>;
  readonly originRequestPolicies?: Readonly<Record<string, string>>;
  readonly futureElements?: readonly string[];
  readonly readsInProgress?: number;
}

export function account(init: AccountInit = {}): Account {
  const { distributions = { E1EXAMPLE: configurationXml() }, tags = {}, functions = {} } = init;
  return {
    distributions: new Map(
      Object.entries(distributions).map(([id, xml]) => [id, { id, xml, version: 1, readsInProgress: 0, tags }]),
    ),
    functions: new Map(Object.entries(functions)),
    cachePolicies: policies(init.cachePolicies),
    originRequestPolicies: policies(init.originRequestPolicies),
    continuousDeploymentPolicies: new Map(),
    futureElements: init.futureElements ?? [],
    readsInProgress: init.readsInProgress ?? 0,
    made: 0,
  };
}

function policies(init: Readonly<Record<string, string>> = {}): Policies {
  return new Map(Object.entries(init).map(([id, xml]) => [id, { xml, version: 1 }]));
}

export const etagOf = ({ version }: { version: number }) => `E${version}`;

export const arnOf = ({ id }: Stored) => `arn:aws:cloudfront::${ACCOUNT}:distribution/${id}`;

export const domainOf = ({ id }: Stored) => `d${id.toLowerCase()}.cloudfront.net`;

/** `InProgress` for as many reads as were asked for; `isRead`: this is one of them. */
export function statusOf(stored: Stored, isRead = false): string {
  if (stored.readsInProgress <= 0) return 'Deployed';
  if (isRead) stored.readsInProgress--;
  return 'InProgress';
}

export function change(of: Account, stored: Stored, xml: string): void {
  stored.xml = xml;
  stored.version++;
  stored.readsInProgress = of.readsInProgress;
}

/** Whether some distribution uses a policy. */
export function isInUse({ distributions }: Account, id: string): boolean {
  return [...distributions.values()].some(({ xml }) => xml.includes(`>${id}<`));
}

export function isEnabled({ xml }: Stored): boolean {
  return textAt(parsed(xml), 'Enabled') === 'true';
}

/** The configuration without its XML declaration, to be put into another document. */
export function elementOf(xml: string): string {
  return xml.replace(/^<\?xml[^>]*\?>\s*/, '');
}
