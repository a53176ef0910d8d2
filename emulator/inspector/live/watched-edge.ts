/** The edge as this page watches it: one stream for all views. */
import type { ShownEntry } from '../../control/answers.ts';
import { getRequests } from '../control-api.ts';
import { type Rehearsal, rehearsal } from '../map/rehearsal.ts';
import { type EdgeEvents, edgeEvents } from './edge-events.ts';
import { type LatestUpdate, latestUpdate } from './latest-update.ts';
import { type LiveRequests, liveRequests } from './live-requests.ts';
import { type RecentTraffic, recentTraffic } from './recent-traffic.ts';

export interface WatchedEdge {
  readonly events: EdgeEvents;
  readonly requests: LiveRequests;
  readonly traffic: RecentTraffic;
  readonly rehearsal: Rehearsal;
  readonly latestUpdate: LatestUpdate;
}

export function watchedEdge(): WatchedEdge {
  const events = edgeEvents('/events');
  const requests = liveRequests((callback) => requestAnimationFrame(callback));
  const catchUp = (): void => {
    void getRequests().then(requests.caughtUp, () => {});
  };
  const traffic = recentTraffic(() => performance.now());
  events.on<ShownEntry>('request', (entry) => {
    requests.came(entry);
    traffic.came(entry);
  });
  events.on<{ count: number }>('missed', ({ count }) => {
    requests.missedSome(count);
    catchUp();
  });
  events.onChange(() => {
    if (events.isConnected) catchUp();
  });
  return { events, requests, traffic, rehearsal: rehearsal(), latestUpdate: latestUpdate(events) };
}
