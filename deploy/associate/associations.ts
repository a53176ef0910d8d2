/** Functions into behaviors: the changes, and what CloudFront or their owners have against them. */
import type { Element } from '@xmldom/xmldom';
import { text } from '../aws/config-xml.ts';
import type { Behavior } from './behaviors.ts';
import { type Change, changeTo } from './change.ts';
import { accountOf, functionOf, isViewerEvent, kindOf } from './events.ts';
import { type AssociationFinding, refusal } from './finding.ts';
import { type Facts, functionsAt, isOurs, type Wanted, type WantedFunction } from './wanted.ts';

/** As CloudFront prints it. */
export function associationXml({ event, arn }: WantedFunction): string {
  return kindOf(arn) === 'cloudfront'
    ? `<FunctionAssociation><FunctionARN>${arn}</FunctionARN><EventType>${event}</EventType></FunctionAssociation>`
    : `<LambdaFunctionAssociation><LambdaFunctionARN>${arn}</LambdaFunctionARN><EventType>${event}</EventType><IncludeBody>false</IncludeBody></LambdaFunctionAssociation>`;
}

export function associationChanges(config: Element, { name }: Behavior, wanted: Wanted): Change[] {
  return functionsAt(name, wanted).flatMap((one) =>
    changeTo(config, { kind: 'function', behavior: name, event: one.event }, associationXml(one)),
  );
}

export function associationFindings(behavior: Behavior, wanted: Wanted, facts: Facts): AssociationFinding[] {
  const ours = functionsAt(behavior.name, wanted);
  return [
    ...ours.flatMap((one) => functionFindings(one, facts)),
    ...ours.flatMap((one) => foreignFindings(behavior, one, wanted)),
    ...pairingFindings(behavior, ours),
    ...behaviorFindings(behavior, ours),
  ];
}

function functionFindings({ event, arn }: WantedFunction, { functions, distributionArn }: Facts): AssociationFinding[] {
  const found: AssociationFinding[] = [];
  if (accountOf(arn) !== accountOf(distributionArn)) {
    const expected = `a function of the distribution's account ${accountOf(distributionArn)}`;
    found.push(refusal('function-account', `${event}: expected ${expected}, got ${arn}`));
  }
  if (kindOf(arn) === 'cloudfront') {
    if (!isViewerEvent(event)) {
      found.push(refusal('function-event', `${event}: expected a Lambda@Edge function, got ${arn}`));
    }
    if (functions.get(arn)?.isPublished !== true) {
      found.push(
        refusal('unpublished-function', `${event}: expected a published function, got ${arn} without a live stage`),
      );
    }
    return found;
  }
  if (!/:\d+$/.test(arn)) {
    found.push(refusal('function-version', `${event}: expected a numbered version, got ${arn}`));
  }
  if (arn.split(':')[3] !== 'us-east-1') {
    found.push(refusal('function-region', `${event}: expected a function in us-east-1, got ${arn}`));
  }
  return found;
}

function foreignFindings(behavior: Behavior, { event, arn }: WantedFunction, wanted: Wanted): AssociationFinding[] {
  const there = behavior.functions.find((one) => one.event === event);
  if (there === undefined || isOurs(wanted.functions, there.arn) || functionOf(there.arn) === functionOf(arn))
    return [];
  if (wanted.replace) return [];
  const expected = 'no function, or --replace to take its place';
  return [refusal('foreign-function', `${behavior.name} ${event}: expected ${expected}, got ${there.arn}`)];
}

/** What stays beside ours, and cannot. */
function pairingFindings({ name, functions }: Behavior, ours: readonly WantedFunction[]): AssociationFinding[] {
  const staying = functions.filter(({ event }) => isViewerEvent(event) && !ours.some((one) => one.event === event));
  return ours
    .filter(({ event }) => isViewerEvent(event))
    .flatMap(({ event, arn }) => {
      const other = [...staying, ...ours].find((one) => isViewerEvent(one.event) && kindOf(one.arn) !== kindOf(arn));
      if (other === undefined) return [];
      const expected = 'functions of one kind at both viewer events';
      return [
        refusal(
          'viewer-function-kinds',
          `${name} ${event}: expected ${expected}, got ${other.arn} at the ${other.event}`,
        ),
      ];
    });
}

function behaviorFindings({ name, element }: Behavior, ours: readonly WantedFunction[]): AssociationFinding[] {
  const hasFunction = ours.some(({ arn }) => kindOf(arn) === 'cloudfront');
  if (!hasFunction || text(element, 'SmoothStreaming') !== 'true') return [];
  const expected = 'a behavior without Microsoft Smooth Streaming';
  return [
    refusal(
      'smooth-streaming',
      `${name}: expected ${expected}, since CloudFront Functions do not run there, got one with it`,
    ),
  ];
}
