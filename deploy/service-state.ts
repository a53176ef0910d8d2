/** The service as the Serverless Framework has read it, with variables resolved: written beside the compiled template. */
import { dirname, join } from 'node:path';

export const SERVICE_STATE = 'serverless-state.json';

export function stateBeside(template: string): string {
  return join(dirname(template), SERVICE_STATE);
}

/** `custom.edgekeeper` as written; undefined without settings of ours. */
export function settingsIn(state: unknown): unknown {
  return Object(state).service?.custom?.edgekeeper;
}
