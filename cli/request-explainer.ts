/** Explains requests that are opened in the inspector as `edgekeeper explain` does. */
import { withCloudFrontHeaders } from '../emulator/cloudfront-headers.ts';
import { cookiePairs } from '../emulator/cookies.ts';
import type { CacheBehavior } from '../emulator/distribution.ts';
import type { RequestExplainer } from '../emulator/explanation.ts';
import { headerOf } from '../emulator/headers.ts';
import type { KeyValueStore } from '../emulator/key-value-store.ts';
import type { RecordedRequest } from '../emulator/request-log.ts';
import { behaviorFor } from '../emulator/stages/01-behavior.ts';
import type { EdgeConfig } from '../shared/config.ts';
import { explainAtEdge, trustedKeyGroup } from './explain/edge-steps.ts';
import { type ExplainedRequest, withHeaders } from './explain/explained-request.ts';
import { explainVisit } from './explain/signed-steps.ts';
import { openStore } from './explain/store-secrets.ts';

/** @param config the settings as they are then; null: functions are not ours, and trusted key groups alone are explained */
export function requestExplainer(store: KeyValueStore, config: () => EdgeConfig | null): RequestExplainer {
  return {
    async explain(viewer, distribution, now) {
      const behavior = behaviorFor(distribution, viewer.uri);
      const request = requestOf(viewer, behavior, now);
      const settings = config();
      if (settings !== null) {
        const opened = async () => openStore('the key value store', store);
        return explainAtEdge(request, { distribution, config: settings, store: opened });
      }
      return behavior.trustedKeys === null ? null : explainVisit(request, trustedKeyGroup(behavior, distribution));
    },
  };
}

/** With CloudFront's own headers, as the functions saw it. */
function requestOf(viewer: RecordedRequest['viewer'], behavior: CacheBehavior, now: number): ExplainedRequest {
  const place = viewer.arrival?.viewer ?? null;
  const { headers } = withCloudFrontHeaders({ ...viewer, body: null }, behavior, place);
  const { scheme, uri: path, query, viewerIp, method } = viewer;
  const host = headerOf(headers, 'host') ?? '';
  return withHeaders({ scheme, host, path, query, cookies: cookiePairs(headers), viewerIp, now }, method, headers);
}
