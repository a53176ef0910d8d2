/** What a promotion makes of a distribution, and what speaks against it. Pure. */
import { createHash } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { child, copyOf, setText, text, textOfElement } from '../aws/config-xml.ts';
import { type AssociationFinding, refusal } from './finding.ts';
import { difference } from './outline.ts';
import { valueAt } from './place.ts';
import type { Proposal } from './proposal.ts';
import type { Staged } from './staged-record.ts';

const POLICY = 'ContinuousDeploymentPolicyId';

/** What is the primary's own, whatever is promoted. */
const OWN = ['CallerReference', 'Aliases', 'Staging', POLICY];

/** SHA-256 of a configuration but for the policy, which staging itself puts there. */
export function configDigest(config: Element): string {
  const rest = copyOf(config);
  setText(rest, POLICY, null);
  return createHash('sha256').update(textOfElement(rest)).digest('hex');
}

/** The whole configuration of the copy is promoted, so that what others changed in the primary since would be lost. */
export function promotion(live: Element, staging: Element, staged: Staged): Proposal {
  const planned = copyOf(staging);
  for (const name of OWN) {
    const [theirs, ours] = [child(planned, name), child(live, name)];
    if (theirs !== undefined && ours !== undefined) {
      theirs.parentNode?.replaceChild(planned.ownerDocument?.importNode(ours, true) as never, theirs);
    }
  }
  const changes = staged.changes.map(({ place }) => {
    const { value: from, index } = valueAt(live, place);
    return { place, from, to: valueAt(planned, place).value, ...(index !== undefined && { index }) };
  });
  const findings = isPromoted({ live, planned }) ? [] : against(live, staged);
  return { live, planned, changes, policies: [], findings, kept: [], conflicts: [], left: [] };
}

/** Whether the primary has it already: by a promotion that was cut off before the copy was cleared away. */
export function isPromoted({ live, planned }: Pick<Proposal, 'live' | 'planned'>): boolean {
  return difference(live, planned, '') === '';
}

function against(live: Element, { policy, primary }: Staged): AssociationFinding[] {
  const found: AssociationFinding[] = [];
  if (text(live, POLICY) === '') {
    const expected = `the policy ${policy ?? 'of a staging distribution'} (edgekeeper abort clears away what was cut off)`;
    found.push(refusal('staging-incomplete', `distribution: expected ${expected}, got none`));
  }
  if (primary !== null && primary !== configDigest(live)) {
    const expected = 'what it was when it was staged (edgekeeper abort, and stage it again)';
    found.push(refusal('staging-outdated', `distribution: expected ${expected}, got a configuration edited since`));
  }
  return found;
}
