/** The settings' protected paths beside the live behaviors: what packaging refuses of a template. Pure. */
import type { Element } from '@xmldom/xmldom';
import { sectionOf } from '../../shared/access/section.ts';
import { text } from '../aws/config-xml.ts';
import { type Behavior, behaviorsOf } from './behaviors.ts';
import { behaviorFor } from './coverage.ts';
import { kindOf } from './events.ts';
import { type AssociationFinding, refusal } from './finding.ts';
import { functionsAfter, functionsAt, isOurs, type Wanted } from './wanted.ts';

/** What no function of ours guards, though it lets everybody through to the regions. */
export function openFindings(config: Element, chosen: readonly Behavior[], wanted: Wanted): AssociationFinding[] {
  const isLetThrough = chosen.some((behavior) =>
    functionsAfter(behavior, wanted).some(
      ({ event, arn }) => event === 'viewer-request' && isOurs(wanted.functions, arn),
    ),
  );
  return isLetThrough ? [...signedFindings(config, wanted), ...rootFindings(config, wanted)] : [];
}

function signedFindings(config: Element, wanted: Wanted): AssociationFinding[] {
  const path = wanted.config?.signed?.path;
  if (path === undefined) return [];
  const behavior = behaviorFor(path, behaviorsOf(config));
  if (text(behavior?.element, 'TrustedKeyGroups', 'Enabled') === 'true') return [];
  const expected = `a behavior ${path} with a trusted key group`;
  return [refusal('signed-behavior', `signed.path: expected ${expected}, got ${behavior?.name} without`)];
}

/** CloudFront puts the root object in the place of "/" after the viewer request. */
function rootFindings(config: Element, wanted: Wanted): AssociationFinding[] {
  const root = text(config, 'DefaultRootObject');
  const sections = wanted.config?.protected ?? [];
  if (root === '' || sectionOf(sections, '/') !== undefined) return [];
  const section = sectionOf(sections, `/${root}`);
  if (section === undefined) return [];
  const expected = `a root object outside ${section.path}, or a section that has "/" too`;
  return [refusal('root-object', `DefaultRootObject: expected ${expected}, got ${root}`)];
}

/** Sections that only the other kind of function knows: the one that comes there would refuse all their viewers. */
export function runtimeFindings(all: readonly Behavior[], { name }: Behavior, wanted: Wanted): AssociationFinding[] {
  const viewer = functionsAt(name, wanted).find(({ event }) => event === 'viewer-request');
  if (viewer === undefined) return [];
  const runtime = kindOf(viewer.arn) === 'lambda' ? 'lambda-edge' : 'cloudfront-function';
  return (wanted.config?.protected ?? [])
    .filter((section) => section.runtime !== runtime && behaviorFor(section.path, all)?.name === name)
    .map(({ path, runtime: other }) => {
      const expected = `a behavior ${path} for the section of runtime ${other}`;
      return refusal('section-runtime', `${name}: expected ${expected}, got none before ${viewer.arn}`);
    });
}
