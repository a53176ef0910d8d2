/** All that the control API answers, and its document: one table. */
import { CACHES } from './caches.ts';
import { CLOCK } from './clock.ts';
import { DRILL_PHASES } from './drill-phases.ts';
import { EDGE_LOCATIONS } from './edge-locations.ts';
import { EVENTS } from './events.ts';
import { FINDINGS } from './findings.ts';
import { FUNCTIONS } from './functions.ts';
import { NOTICES } from './notices.ts';
import { openApi } from './openapi.ts';
import { ORIGINS } from './origins.ts';
import { REGIONS } from './regions.ts';
import { REQUESTS } from './requests.ts';
import type { Route } from './route.ts';
import { STORE } from './store.ts';
import { summary } from './summary.ts';
import { TRIED } from './tried.ts';

export const ROUTES: readonly Route[] = [
  summary(() => ROUTES),
  ...ORIGINS,
  ...STORE,
  ...CACHES,
  ...CLOCK,
  ...FUNCTIONS,
  ...NOTICES,
  ...FINDINGS,
  ...EDGE_LOCATIONS,
  ...REGIONS,
  ...REQUESTS,
  ...TRIED,
  ...DRILL_PHASES,
  ...EVENTS,
  openApi(() => ROUTES),
];
