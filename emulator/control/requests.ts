/** What became of the latest requests. */
import { ok, type Route } from './route.ts';
import { integer, list, named, nullable, number, object, text } from './schema.ts';

const attempt = object({
  originId: text('Which origin was asked'),
  result: { type: ['integer', 'string'], description: 'The status of its answer, or how it failed' },
});

export const requestProperties = {
  requestId: text('As in `x-amz-cf-id`'),
  time: text('When it was answered, by the clock of the edge', 'date-time'),
  method: text('Its method'),
  path: text('Its path, with a token masked'),
  status: integer('Of the answer'),
  xCache: text('As in `x-cache`'),
  attempts: list(attempt, 'The attempts to get an answer from an origin, in turn'),
  region: nullable(text('The region that `x-origin-region` names')),
  reason: nullable(text('Why it was refused')),
  viewerRequestLogData: nullable(text('What the function at the viewer request wrote for the access log')),
  viewerResponseLogData: nullable(text('What the function at the viewer response wrote for it')),
  milliseconds: number('From its headers to those of the answer'),
};

export const request = named('Request', object(requestProperties));

export const REQUESTS: readonly Route[] = [
  {
    method: 'GET',
    path: '/requests',
    summary: 'What became of the latest 500 requests',
    answers: { 200: { description: 'Newest last', schema: list(request) } },
    run: ({ log }) => ok(log.entries()),
  },
];
