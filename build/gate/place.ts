import type { AnyNode } from 'acorn';
import type { Advice } from './runtime-2.0.ts';
import type { Scopes } from './scopes.ts';

/** A node, the nodes around it from the outside in, and what names mean there. */
export interface Place {
  readonly node: AnyNode;
  readonly parents: readonly AnyNode[];
  readonly scopes: Scopes;
}

/** What is refused, and at which node when that is not the place itself. */
export interface Refusal extends Advice {
  readonly at?: AnyNode | undefined;
}

/** Decides about one place; null: nothing is wrong with it. */
export type Check = (place: Place) => Refusal | null;
