/** Which functions the behaviors of a template run, and when. */
import type { CheckedTemplate } from './finding.ts';
import { distributionsOf, isKnown, itemsPath, listOf, objectOf } from './read.ts';

export const VIEWER_EVENTS: readonly string[] = ['viewer-request', 'viewer-response'];
export const ALL_EVENTS: readonly string[] = [...VIEWER_EVENTS, 'origin-request', 'origin-response'];

export interface Associated {
  readonly distribution: string;
  /** Of the list. */
  readonly path: string;
  readonly kind: 'FunctionAssociations' | 'LambdaFunctionAssociations';
  /** Null: it is known only when it is deployed. */
  readonly event: string | null;
  readonly arn: unknown;
  readonly includesBody: boolean;
}

/** Every function of every behavior. */
export function associationsOf(template: CheckedTemplate): Associated[] {
  return distributionsOf(template).flatMap(({ id, behaviors }) =>
    behaviors.flatMap(({ path, properties }) =>
      (['FunctionAssociations', 'LambdaFunctionAssociations'] as const).flatMap((kind) =>
        listOf(properties[kind]).map((entry, index) => {
          const { EventType, FunctionARN, LambdaFunctionARN, IncludeBody } = objectOf(entry);
          const at = `${path}.${kind}${itemsPath(properties[kind])}.${index}`;
          const arn = kind === 'FunctionAssociations' ? FunctionARN : LambdaFunctionARN;
          const includesBody = IncludeBody === true;
          const event = isKnown(entry) && isKnown(EventType) ? String(EventType) : null;
          return { distribution: id, path: at, kind, event, arn, includesBody };
        }),
      ),
    ),
  );
}

/** Tells the behaviors of a template apart. */
export function behaviorOf({ distribution, path, kind }: Associated): string {
  return `${distribution} ${path.slice(0, path.lastIndexOf(`.${kind}`))}`;
}
