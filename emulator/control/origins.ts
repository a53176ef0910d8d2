/** Origins, and what is wrong with them. */

import type { Origin } from '../distribution.ts';
import { FAULT_KINDS, parseFault } from '../fault.ts';
import type { StandIn } from '../stand-in.ts';
import type { StandIns } from '../stand-ins.ts';
import type { Controlled } from './controlled.ts';
import { type Asked, failure, jsonOf, NO_CONTENT, ok, type Reply, type Route } from './route.ts';
import { integer, list, named, nullable, number, object, text, word } from './schema.ts';

export const fault = named('Fault', {
  type: 'object',
  properties: {
    kind: word(FAULT_KINDS, 'How it fails'),
    ms: integer('With `slow`: how much later the first byte comes'),
    status: integer('With `status`: what requests are answered with, 400 to 599'),
    share: number('With `status`: of how many requests, 0 to 1; absent: of all'),
  },
  required: ['kind'],
});

const origin = named(
  'Origin',
  object(
    {
      id: text('As the distribution names it'),
      domainName: text('Its domain name at AWS'),
      url: text('What stands in for it'),
      folder: text('The folder that stands in for it'),
      fault: nullable(fault),
    },
    ['url', 'folder'],
  ),
);

const BROKEN = { description: 'The fault, or null', schema: nullable(fault) };
const REPAIRED = { description: 'It has none any more' };
const UNKNOWN = { description: 'Nothing stands in for such an origin' };

export const ORIGINS: readonly Route[] = [
  {
    method: 'GET',
    path: '/origins',
    summary: 'The origins, and what is wrong with them',
    answers: { 200: { description: 'In the order of the distribution', schema: list(origin) } },
    run: ({ distribution, standIns }) =>
      ok([...distribution.origins.values()].map((each) => shownOrigin(each, standIns))),
  },
  {
    method: 'GET',
    path: '/origins/{id}/fault',
    summary: 'What is wrong with an origin',
    answers: { 200: BROKEN, 404: UNKNOWN },
    run: (controlled, asked) => ofOrigin(controlled, asked, (standIn) => ok(standIn.fault)),
  },
  {
    method: 'PUT',
    path: '/origins/{id}/fault',
    summary: 'Breaks an origin from the next request on',
    body: { schema: fault },
    answers: { 200: BROKEN, 404: UNKNOWN },
    run: (controlled, asked) =>
      ofOrigin(controlled, asked, async (standIn) => {
        await standIn.setFault(parseFault(jsonOf(asked.body)));
        return ok(standIn.fault);
      }),
  },
  {
    method: 'DELETE',
    path: '/origins/{id}/fault',
    summary: 'Repairs an origin',
    answers: { 204: REPAIRED, 404: UNKNOWN },
    run: (controlled, asked) =>
      ofOrigin(controlled, asked, async (standIn) => {
        await standIn.setFault(null);
        return NO_CONTENT;
      }),
  },
];

export function shownOrigin({ id, domainName }: Origin, standIns: StandIns) {
  const { url, fault } = standIns.all.get(id) ?? { fault: null };
  return { id, domainName, url, folder: standIns.buckets.get(id)?.folder, fault };
}

function ofOrigin(
  { standIns }: Controlled,
  asked: Asked,
  reply: (standIn: StandIn) => Reply | Promise<Reply>,
): Reply | Promise<Reply> {
  const id = asked.part('id');
  const standIn = standIns.all.get(id);
  if (standIn !== undefined) return reply(standIn);
  const known = [...standIns.all.keys()].join(', ');
  return failure(404, `origin: expected one of ${known}, got ${JSON.stringify(id)}`);
}
