/** What can be rehearsed. */
import { fault } from './origins.ts';
import { ok, type Route } from './route.ts';
import { list, named, nullable, object, text, word } from './schema.ts';

const phase = named(
  'DrillPhase',
  object(
    {
      name: text('Its name'),
      title: text('What happens in it'),
      broken: word(['none', 'first', 'all'], 'Which regions are'),
      fault: nullable(fault),
      drainedBy: word(['hand', 'health'], 'Who drains the region before it breaks'),
    },
    ['drainedBy'],
  ),
);

export const DRILL_PHASES: readonly Route[] = [
  {
    method: 'GET',
    path: '/drill-phases',
    summary: 'What an outage is rehearsed in: whoever asks breaks and repairs by it',
    answers: { 200: { description: 'In the order of a drill', schema: list(phase) } },
    run: ({ drillPhases }) =>
      ok(
        drillPhases.map(({ name, title, broken, fault, drainedBy }) => {
          return { name, title, broken, fault, ...(drainedBy !== undefined && { drainedBy }) };
        }),
      ),
  },
];
