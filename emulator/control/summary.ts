/** Where things are: the first thing that is asked. */
import { ok, type Route } from './route.ts';
import { list, object, text } from './schema.ts';

/** @param routes of the whole API */
export function summary(routes: () => readonly Route[]): Route {
  return {
    method: 'GET',
    path: '/',
    summary: 'Which edge this is, and what there is to see',
    answers: {
      200: {
        description: 'The edge',
        schema: object({
          url: text('Where viewers go'),
          instance: text('A name that no other edge has, nor this one when it is started again'),
          distribution: object({ id: text('Its id'), domainName: text('Its domain name') }),
          see: list(text('A path of this API')),
        }),
      },
    },
    run({ distribution: { id, domainName }, url, instance }) {
      const first = routes().flatMap(({ path }) => /^\/[^/]+$/.exec(path)?.[0] ?? []);
      return ok({ url, instance, distribution: { id, domainName }, see: [...new Set(first)] });
    },
  };
}
