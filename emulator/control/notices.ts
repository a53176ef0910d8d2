/** What of the distribution has no effect here, or another. */
import { ok, type Route } from './route.ts';
import { list, text } from './schema.ts';

export const NOTICES: readonly Route[] = [
  {
    method: 'GET',
    path: '/notices',
    summary: 'What the distribution asks for and the emulator does not do, or does otherwise',
    answers: { 200: { description: 'One line each', schema: list(text('The property, and what becomes of it')) } },
    run: ({ notices }) => ok(notices),
  },
];
