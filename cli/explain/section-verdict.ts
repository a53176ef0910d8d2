/** Whether a section lets a viewer in, and why: by a token, or by CloudFront's own signature. */

import type { Step } from '../../emulator/explanation.ts';
import type { ProtectedSection } from '../../shared/config.ts';
import type { Viewer } from '../../signing/credential.ts';
import { publicKeys } from '../../signing/public-keys.ts';
import { carrierMiss } from './carrier-miss.ts';
import type { ExplainedRequest } from './explained-request.ts';
import type { ExplainedService } from './explained-service.ts';
import { nearestToken } from './nearest-token.ts';
import { publicKeyCheck } from './public-key-check.ts';
import { secretCheck } from './secret-check.ts';
import { explainVisit } from './signed-steps.ts';
import { carrierStep, carriersFound } from './token-carrier.ts';
import type { TokenCheck, TokenReason } from './token-check.ts';
import { tokenSteps } from './token-steps.ts';

export interface SectionVerdict {
  /** Undefined: the viewer is let in. A preflight is answered before anybody asks. */
  readonly reason: TokenReason | 'preflight' | undefined;
  readonly steps: readonly Step[];
  readonly nearest: string | null;
}

export async function sectionVerdict(
  viewer: Viewer,
  pathToken: string | undefined,
  section: ProtectedSection,
  service: ExplainedService,
  asked: ExplainedRequest,
): Promise<SectionVerdict> {
  const { config, store } = service;
  const { request } = viewer;
  const sectionKeys = config.sectionKeys[section.path] ?? NO_KEYS;
  const check =
    section.runtime === 'lambda-edge'
      ? await publicKeyCheck(viewer, section, sectionKeys, asked.now)
      : await secretCheck(viewer, pathToken, section, store, asked.now);
  const { reason, values } = check;
  const found = carriersFound(section.carriers, request, section, pathToken);
  const value = await decidingValue(check);
  if (value !== undefined) {
    const steps = [carrierStep(found, check, value), ...(await tokenSteps(value, check))];
    return { reason, steps, nearest: reason === undefined ? null : await nearestToken(value, check, config) };
  }
  const missed = reason === undefined ? null : carrierMiss(request, section);
  if (values.length > 0 || !section.carriers.includes('cloudfront')) {
    return { reason, steps: [carrierStep(found, check)], nearest: missed };
  }
  const signed = explainVisit({ ...asked, scheme: 'https' }, publicKeys(sectionKeys.publicKeys));
  return { reason, steps: signed.steps, nearest: signed.nearest ?? missed };
}

const NO_KEYS = { jwks: [], jwksUrl: null, publicKeys: {} };

/** The first value that gets the verdict on all of them; undefined where none was shown. */
async function decidingValue({ values, reason, refusalOf }: TokenCheck): Promise<string | undefined> {
  for (const value of values) if ((await refusalOf(value)) === reason) return value;
  return values[0];
}
