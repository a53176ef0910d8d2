/** What the control API answers, as types: whoever shows it reads these. */
import type { DescribedFunction } from '../described-functions.ts';
import type { DrillPhase } from '../drill-phase.ts';
import type { Fault } from '../fault.ts';
import type { Finding } from '../finding.ts';
import type { RequestEntry } from '../request-log.ts';
import type { SigningWay } from '../request-signer.ts';
import type { EdgeLocationState } from '../serving-locations.ts';
import type { shownObject } from './caches.ts';
import type { shownOrigin } from './origins.ts';
import type { shownRegions } from './regions.ts';
import type { ShownEntry, shownTrace } from './requests.ts';
import type { shownStages } from './stages.ts';

export type { DescribedFunction, DrillPhase, EdgeLocationState, Fault, Finding, RequestEntry, ShownEntry, SigningWay };

export type TracedRequest = Awaited<ReturnType<typeof shownTrace>>;

export type ShownStage = ReturnType<typeof shownStages>[number];

export type ShownObject = ReturnType<typeof shownObject>;

export type ShownOrigin = ReturnType<typeof shownOrigin>;

export type ShownRegion = ReturnType<typeof shownRegions>[number];
