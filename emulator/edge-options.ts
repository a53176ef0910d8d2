/** What an edge is started with. */
import type { Clock } from './clock.ts';
import type { CacheKind, DeploymentSource, Engine } from './deployment.ts';
import type { DrillPhase } from './drill-phase.ts';
import type { EdgeLocation } from './edge-location.ts';
import type { RequestExplainer } from './explanation.ts';
import type { ProbedRegions } from './health.ts';
import type { KeyValueStore } from './key-value-store.ts';
import type { ResponseHeadersOrder } from './pipeline.ts';
import type { RequestEntry } from './request-log.ts';
import type { RequestSigner } from './request-signer.ts';
import type { ViewerMap } from './viewer-map.ts';

export interface EdgeOptions extends DeploymentSource {
  /** The key value store of every CloudFront Function that has one. Default: an empty one in memory. */
  readonly store?: KeyValueStore;
  /** How long a change of the store takes to reach the functions; 0, the default: until the next request. */
  readonly storeDelayMs?: number;
  /** Where viewers arrive whose position is not known. Default: the edge location next to us-east-1. */
  readonly location?: EdgeLocation;
  /** Where they are: `DE`, or with a region `US-CA`. Absent: the headers that would tell are not there. */
  readonly viewerCountry?: string;
  /** Which addresses of viewers are where; those that it does not have are where `location` and `viewerCountry` say. */
  readonly viewerMap?: ViewerMap;
  /**
   * What CloudFront Functions run in. Default: `realm`, Node.js reduced to what their runtime documents;
   * `njs`: the engine that they derive from, a process an event.
   */
  readonly engine?: Engine;
  /** Where a behavior has a response headers policy and a function at the viewer response. Default: after the function. */
  readonly responseHeadersPolicy?: ResponseHeadersOrder;
  /** `cloudfront`, the default: by the cache policy; `rfc9111`: a strict HTTP cache, whatever the policy says. */
  readonly cache?: CacheKind;
  /** Probes regions, and drains and restores them in the store by what comes of it. Default: only a person does. */
  readonly health?: ProbedRegions;
  /** What expires and what times out does so by it. Default: the machine's own time. */
  readonly clock?: Clock;
  /**
   * Listens with TLS, too, where HTTP/2 is spoken if the distribution has it. What comes without is HTTP then, and
   * redirected or refused as behaviors say; absent, it counts as HTTPS that has ended before.
   */
  readonly https?: HttpsOptions;
  /** Refuses requests with another host than the distribution's, as CloudFront does. Default: all are served. */
  readonly knownHostsOnly?: boolean;
  /** 0, the default: any free port. */
  readonly port?: number;
  readonly controlPort?: number;
  /** Makes credentials for requests that are tried over the control API. Default: nothing does. */
  readonly signer?: RequestSigner;
  /** Explains requests, step by step, to whoever opens them in the inspector. Default: nothing does. */
  readonly explainer?: RequestExplainer;
  /** What can be rehearsed in the inspector. Default: nothing. */
  readonly drillPhases?: readonly DrillPhase[];
  /** Whether the control API has its page, the inspector. Default: it does; it is built when somebody looks at it. */
  readonly inspector?: boolean;
  /** Is written CloudFront's standard log, a line for each request when it has been served. */
  readonly accessLog?: AccessLog;
  /** Told of each answered request. */
  readonly onRequest?: (entry: RequestEntry) => void;
  /** Told of each line that a function logs, and of failures of the emulator itself. */
  readonly onLine?: (source: string, line: string) => void;
}

export interface AccessLog {
  write(text: string): void;
  /** Whether it shows tokens, signatures and cookies, as CloudFront's does. Default: they are masked. */
  readonly isRaw?: boolean;
}

export interface HttpsOptions {
  /** 0, the default: any free port. */
  readonly port?: number;
  /** Where the certificate and its authority are kept; absent: both are made anew, and kept nowhere. */
  readonly folder?: string;
}

/** What of the options an update may change. */
export function deploymentSource(options: EdgeOptions): DeploymentSource {
  const { template, distributionConfig, distribution, parameters, resources } = options;
  const { origins, functions, bundles, findings } = options;
  const described = { template, distributionConfig, distribution, parameters, resources };
  const all = { ...described, origins, functions, bundles, findings };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
