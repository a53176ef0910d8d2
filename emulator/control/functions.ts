/** The functions of the distribution. */
import { ok, type Route } from './route.ts';
import { integer, list, named, nullable, object, text, word } from './schema.ts';

const associated = object({ pathPattern: text('Of the behavior'), event: text('`viewer-request` and the like') });

const described = named(
  'Function',
  object({
    id: text('As behaviors refer to it'),
    name: text('Its name'),
    kind: word(['cloudfront-function', 'lambda-edge'], 'Of which kind it is'),
    runtime: nullable(text('`cloudfront-js-2.0`, `nodejs24.x`; null: nothing says')),
    engine: text('What it runs in here'),
    file: nullable(text('The file that its code is from; null: the template')),
    bytes: integer('Of its code'),
    quotaBytes: integer('What CloudFront takes: of the code or, for Lambda@Edge, of the zip file'),
    loadedAt: text('When its code was loaded', 'date-time'),
    associations: list(associated),
  }),
);

export const FUNCTIONS: readonly Route[] = [
  {
    method: 'GET',
    path: '/functions',
    summary: 'The functions that behaviors refer to, without their code',
    answers: { 200: { description: 'CloudFront Functions, then Lambda@Edge', schema: list(described) } },
    run: ({ functions }) => ok(functions),
  },
];
