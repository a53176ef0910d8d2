/** What is stored of objects, and ways to be rid of it. */
import { parseInvalidation } from '../invalidation.ts';
import { jsonOf, NO_CONTENT, ok, type Route } from './route.ts';
import { integer, list, object, text } from './schema.ts';

export const CACHES: readonly Route[] = [
  {
    method: 'DELETE',
    path: '/cache',
    summary: 'Empties the cache',
    answers: { 204: { description: 'Nothing is stored any more' } },
    run({ cache }) {
      cache.clear();
      return NO_CONTENT;
    },
  },
  {
    method: 'POST',
    path: '/invalidations',
    summary: "Removes objects by their paths, as CloudFront's invalidation, but done when it answers",
    body: { schema: object({ paths: list(text('A path; * at its end stands for any others')) }) },
    answers: { 200: { description: 'Done', schema: object({ removed: integer('How many objects are gone') }) } },
    run: ({ cache }, { body }) => ok({ removed: cache.invalidate(parseInvalidation(jsonOf(body))) }),
  },
];
