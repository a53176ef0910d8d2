/** What a check finds in the template. */
import { ok, type Route } from './route.ts';
import { list, named, nullable, object, text, word } from './schema.ts';

const finding = named(
  'Finding',
  object({
    rule: text('The rule that does not hold'),
    severity: word(['error', 'warning'], 'Whether CloudFront or viewers meet it, or it is likely not what is meant'),
    where: text('The resource and its property'),
    what: text('What was expected there, and what is there'),
    why: text('Why it matters'),
    advice: text('What to do'),
    see: text('The page that says so', 'uri'),
  }),
);

export const FINDINGS: readonly Route[] = [
  {
    method: 'GET',
    path: '/findings',
    summary: 'What a check finds in what is served: made when it is asked for the first time, and kept until an update',
    answers: {
      200: { description: 'One for each place; null: nothing checks it', schema: nullable(list(finding)) },
      400: { description: 'It cannot be checked' },
    },
    run: async ({ findings }) => ok(await findings()),
  },
];
