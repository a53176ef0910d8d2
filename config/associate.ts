import { EDGE_EVENTS, type EdgeEvent, USUAL_EVENTS } from './edge-events.ts';
import { ConfigError } from './errors.ts';
import { flag, list, oneOf, record, text } from './read.ts';

/** A distribution that is there already, and the behaviors in which the functions are to run. */
export interface AssociatedDistribution {
  readonly distribution: string;
  /** Path patterns, and `default`. */
  readonly behaviors: readonly string[];
  /** At which events. */
  readonly events: readonly EdgeEvent[];
  /** Whether what the functions need and the distribution lacks is added. */
  readonly withOrigins: boolean;
}

/** What CloudFront's ids look like, and what is safe in a path. */
export const DISTRIBUTION_ID = /^E[A-Z0-9]{5,31}$/;

/** A path pattern as CloudFront takes it, or `default`. */
const BEHAVIOR = /^[A-Za-z0-9_\-.*$/~"'@:+&?]{1,255}$/;

/** What is not there has its default. @throws {ConfigError} */
export function parseAssociate(input: unknown): AssociatedDistribution[] {
  return list(input, 'associate', (value, path) => {
    const entry = record(value, path, ['distribution', 'behaviors', 'events', 'withOrigins']);
    const behaviors = list(entry.behaviors, `${path}.behaviors`, (one, at) =>
      text(one, at, BEHAVIOR, 'a path pattern'),
    );
    if (behaviors.length === 0) throw new ConfigError(`${path}.behaviors`, 'a behavior or more', behaviors);
    return {
      distribution: text(entry.distribution, `${path}.distribution`, DISTRIBUTION_ID, 'an id such as E2EXAMPLE1234'),
      behaviors,
      events: list(entry.events ?? USUAL_EVENTS, `${path}.events`, (one, at) => oneOf(one, at, EDGE_EVENTS)),
      withOrigins: flag(entry.withOrigins ?? false, `${path}.withOrigins`),
    };
  });
}
