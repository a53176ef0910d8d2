/** The events at which CloudFront runs functions. */

export const EDGE_EVENTS = ['viewer-request', 'viewer-response', 'origin-request', 'origin-response'] as const;

export type EdgeEvent = (typeof EDGE_EVENTS)[number];

/** Where functions are associated when nobody says at which. */
export const USUAL_EVENTS: readonly EdgeEvent[] = ['viewer-request', 'origin-response'];

export const isEdgeEvent = (text: string): text is EdgeEvent => (EDGE_EVENTS as readonly string[]).includes(text);
