import type { Fault } from '../../emulator/fault.ts';
import { type Answer, type Asked, ask, type TestEdge } from './edge.ts';

/** How long the edge waits for an origin that fails so; the clock is moved on by that. */
const WAITS: Partial<Record<Fault['kind'], number>> = { down: 2000, hang: 5000 };

/** The answer, when the time has passed that these faults cost one after the other. */
export async function askedOver(
  edge: TestEdge,
  target: string,
  request: Asked,
  faults: readonly Fault[],
): Promise<Answer> {
  const answering = ask(edge.url, target, request);
  for (const { kind } of faults) {
    const wait = WAITS[kind];
    if (wait === undefined) continue;
    await edge.clock.whenPending(wait);
    edge.clock.advance(wait);
  }
  return answering;
}
