/** What a signed policy allows beside what was requested: resource, times and address, each as a step. */

import type { Step } from '../../emulator/explanation.ts';
import { queryStart, type RequestedResource } from '../../shared/access/resource.ts';
import type { SignedCredential } from '../../shared/access/signed-credential.ts';
import {
  fullPattern,
  matchesPolicyResource,
  type SignedVisit,
  statementOf,
} from '../../shared/access/signed-verdict.ts';
import { isInSourceIp } from '../../shared/access/source-ip.ts';
import type { Statement } from '../../shared/access/statement.ts';
import { matchesWildcard } from '../../shared/access/wildcard.ts';
import { statementFault } from './statement-fault.ts';
import { iso, timeStep } from './time-step.ts';

/** Whether the policy is one, and each of its rules. */
export function ruleSteps(visit: SignedVisit, credential: SignedCredential, signed: Buffer): Step[] {
  const { policy, expires = '', query } = credential;
  const statement = statementOf(credential, signed);
  const expected =
    policy === undefined
      ? 'Expires in whole seconds, and no quotation mark in the URL'
      : 'one statement of Resource, DateLessThan, DateGreaterThan and IpAddress, with times in whole seconds';
  if (statement === undefined) {
    const got = policy === undefined ? `Expires=${expires}` : statementFault(signed.toString());
    return [{ step: 'statement', expected, got, ok: false }];
  }
  const { scheme, host, path } = visit;
  return [
    { step: 'statement', expected, got: expected, ok: true },
    ...(statement.resources ?? []).flatMap((resource) => resourceSteps(resource, { scheme, host, path, query })),
    ...timeSteps(statement, visit.now),
    ...addressSteps(statement, signed, visit.viewerIp),
  ];
}

/** Part by part, since no wildcard crosses from one into the next. */
function resourceSteps(resource: string, requested: RequestedResource): Step[] {
  const parts = /^([^:/]*):\/\/([^/]*)(\/[\s\S]*)$/.exec(fullPattern(resource) ?? '');
  if (parts === null) {
    const expected = 'a pattern that begins with http://, https:// or *:// and has a path';
    return [{ step: 'resource', expected, got: resource, ok: false }];
  }
  const [, scheme = '', host = '', target = ''] = parts;
  const path = target.slice(0, queryStart(target));
  const staysInFolder = matchesPolicyResource('*', requested);
  return [
    part('scheme', scheme, requested.scheme),
    part('host', host, requested.host),
    staysInFolder
      ? part('path', path, requested.path)
      : { step: 'path', expected: 'a path without ".." segments', got: requested.path, ok: false },
    queryStep(target, path, requested.query),
  ];
}

function part(step: string, pattern: string, got: string): Step {
  return { step, expected: pattern, got, ok: matchesWildcard(pattern, got) };
}

function queryStep(target: string, path: string, query: string | undefined): Step {
  const got = query === undefined ? 'no query string' : `?${query}`;
  if (target === path) {
    const isAny = path.endsWith('*');
    const expected = isAny ? 'any query string, or none' : 'no query string';
    return { step: 'query', expected, got, ok: isAny || query === undefined };
  }
  const pattern = target.slice(path.length).replace(/^\\?\?/, '');
  const ok = query !== undefined && matchesWildcard(pattern, query);
  return { step: 'query', expected: `?${pattern}`, got, ok };
}

function timeSteps({ start, end }: Statement, now: number): Step[] {
  const steps = [timeStep('DateLessThan', `before ${iso(end)}`, now, end, now < end)];
  if (start === 0) return steps;
  const after = start - 1;
  return [...steps, timeStep('DateGreaterThan', `a second or more after ${iso(after)}`, now, after, now >= start)];
}

function addressSteps({ sourceIps }: Statement, signed: Buffer, viewerIp: string): Step[] {
  const [range] = sourceIps ?? [];
  if (range === undefined) return [];
  const named = JSON.parse(signed.toString()).Statement[0].Condition.IpAddress['AWS:SourceIp'];
  const kind = viewerIp.includes(':') ? ' (IPv6, and a policy names IPv4 only)' : '';
  const got = viewerIp === '' ? 'no address (--ip says it)' : `${viewerIp}${kind}`;
  return [{ step: 'IpAddress', expected: `an address of ${named}`, got, ok: isInSourceIp(range, viewerIp) }];
}
