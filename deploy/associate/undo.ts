/** The ways back: `detach`, which takes all of ours out, and `rollback`, which undoes one change. Pure. */
import type { Element } from '@xmldom/xmldom';
import type { EdgeEvent } from '../../config/edge-events.ts';
import { child, copyOf, items, text } from '../aws/config-xml.ts';
import { behaviorsOf, groupsOf } from './behaviors.ts';
import { type Change, type Conflict, changeTo, undo, undoable } from './change.ts';
import type { AssociationFinding } from './finding.ts';
import { openings } from './openings.ts';
import { functionIn, type Place, type Value, valueAt } from './place.ts';
import { type ChangeRecord, netChanges, recordedFunctions } from './record.ts';
import { isOurs, type WantedFunction } from './wanted.ts';

export interface Undoing {
  readonly live: Element;
  readonly planned: Element;
  /** As they are made now: from what is there to what is put back. */
  readonly changes: readonly Change[];
  readonly conflicts: readonly Conflict[];
  /** Added by us, and left since something still needs it. */
  readonly left: readonly Place[];
  /** Warnings alone: what is open afterwards. */
  readonly findings: readonly AssociationFinding[];
}

/**
 * Undoes changes in a configuration that others may have edited since. What was added for functions stays while one of
 * those that were associated runs anywhere: it may name an origin that no behavior and no group does.
 *
 * @param records all of the distribution
 */
export function planRollback(live: Element, changes: readonly Change[], records: readonly Recorded[]): Undoing {
  return undoing(live, undoable(live, changes), [], recordedFunctions(records));
}

type Recorded = Pick<ChangeRecord, 'action' | 'changes'>;

export interface Chosen {
  /** Names; empty: all. */
  readonly behaviors: readonly string[];
  readonly events: readonly EdgeEvent[];
}

/**
 * Takes functions of ours out of behaviors, and puts back what was there by the record of all changes. Of a function
 * that nobody recorded here nothing is known but that it is ours: there is nothing in its place afterwards. A behavior's
 * target and policy go with its last function of ours, origins and groups with the last of all; another stage's that
 * was recorded counts there, too.
 *
 * @param functions of one stage: another's stay, and come back where these took their place
 */
export function planDetach(
  live: Element,
  { behaviors, events }: Chosen,
  functions: readonly WantedFunction[],
  records: readonly Recorded[],
): Undoing {
  const isChosen = (place: Place): boolean =>
    !('behavior' in place) || behaviors.length === 0 || behaviors.includes(place.behavior);
  const net = netChanges(ownChanges(records, functions))
    .filter(({ place, to }) => place.kind !== 'function' || isOurFunction(to, functions))
    .map((change) => asItIs(live, change, functions));
  const ofFunctions = [...net, ...unrecorded(live, net, functions)].filter(
    ({ place }) => place.kind === 'function' && isChosen(place) && events.includes(place.event),
  );
  const freed = undoable(live, ofFunctions);
  const probe = copyOf(live);
  undo(probe, freed.undone);
  const ours = [...functions, ...recordedFunctions(records)];
  const running = behaviorsWith(ours, probe);
  const isNeeded = ({ place }: Change): boolean =>
    'behavior' in place ? running.includes(place.behavior) : running.length > 0;
  const others = net.filter(({ place }) => place.kind !== 'function' && isChosen(place));
  const rest = undoable(
    live,
    others.filter((change) => !isNeeded(change)),
  );
  return undoing(
    live,
    { undone: [...rest.undone, ...freed.undone], conflicts: [...freed.conflicts, ...rest.conflicts] },
    others.filter(isNeeded).map(({ place }) => place),
    ours,
  );
}

/** Of functions those changes alone by which one of the given came or went. */
function ownChanges(records: readonly Recorded[], functions: readonly WantedFunction[]): Change[] {
  return records
    .flatMap(({ changes }) => changes)
    .filter(
      ({ place, from, to }) => place.kind !== 'function' || [from, to].some((one) => isOurFunction(one, functions)),
    );
}

/** Functions of ours that no record tells of, as if each had come where nothing was. */
function unrecorded(live: Element, net: readonly Change[], functions: readonly WantedFunction[]): Change[] {
  return behaviorsOf(live)
    .flatMap(({ name, functions: there }) => there.map((one) => ({ name, ...one })))
    .filter(({ arn }) => isOurs(functions, arn))
    .map(({ name, event }) => ({ kind: 'function', behavior: name, event }) as Place)
    .filter((place) => !net.some((change) => JSON.stringify(change.place) === JSON.stringify(place)))
    .flatMap((place) => changeTo(live, place, null))
    .map(({ place, from }): Change => ({ place, from: null, to: from }));
}

/** Another version of a function of ours is still ours: a newer one goes, and an older one does not come back. */
function asItIs(live: Element, change: Change, functions: readonly WantedFunction[]): Change {
  const { place, from, to } = change;
  if (place.kind !== 'function') return change;
  const there = valueAt(live, place).value;
  return {
    ...change,
    from: isOurFunction(from, functions) ? null : from,
    to: isOurFunction(there, functions) && isOurFunction(to, functions) ? there : to,
  };
}

function isOurFunction(value: Value, functions: readonly WantedFunction[]): boolean {
  return isOurs(functions, functionIn(value));
}

function undoing(
  live: Element,
  { undone, conflicts }: Pick<Undoing, 'conflicts'> & { readonly undone: readonly Change[] },
  left: readonly Place[],
  ours: readonly WantedFunction[],
): Undoing {
  const planned = copyOf(live);
  const freed = undone.filter(({ place }) => !isOfOrigins(place));
  undo(planned, freed);
  const isRunning = behaviorsWith(ours, planned).length > 0;
  const additions = undone.filter(({ place }) => isOfOrigins(place)).toReversed();
  const stuck: Place[] = [];
  const removed: Change[] = [];
  for (const change of additions) {
    if (change.from === null && (isRunning || isUsed(planned, change.place))) stuck.push(change.place);
    else {
      undo(planned, [change]);
      removed.push(change);
    }
  }
  const changes = [...freed.toReversed(), ...removed].flatMap(({ place, from }) => changeTo(live, place, from));
  return { live, planned, changes, conflicts, left: [...left, ...stuck], findings: openings(live, planned, ours) };
}

const isOfOrigins = ({ kind }: Place): boolean => ['origin', 'origin-group', 'origin-header'].includes(kind);

/** Names of the behaviors where one of the functions runs. */
function behaviorsWith(functions: readonly WantedFunction[], config: Element): string[] {
  return behaviorsOf(config)
    .filter((one) => one.functions.some(({ arn }) => isOurs(functions, arn)))
    .map(({ name }) => name);
}

/** Whether a behavior or a group names an origin or a group. */
function isUsed(config: Element, place: Place): boolean {
  if (place.kind !== 'origin' && place.kind !== 'origin-group') return false;
  const members = [...groupsOf(config).values()].flatMap((group) => items(child(group, 'Members')));
  return (
    behaviorsOf(config).some(({ target }) => target === place.id) ||
    members.some((member) => text(member, 'OriginId') === place.id)
  );
}
