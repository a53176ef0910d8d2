/** The shipped bundle: what goes on of a request that is let in. No credential, and all the rest as it was sent. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lambdaViewerRequest, type ViewerRequestInit } from '../../support/events.ts';
import { MEMBERS, type MemberFunction, memberFunction } from '../../support/member-function.ts';
import { memberKeys, memberToken } from '../../support/member-keys.ts';
import { LAMBDA_SECTION, SETTINGS } from '../../support/settings.ts';

const NAME = LAMBDA_SECTION.name;

let members: MemberFunction;
let token: string;
beforeAll(async () => {
  members = await memberFunction();
  token = await memberToken();
});
afterAll(() => members.close());

async function forwarded(init: ViewerRequestInit, member = members) {
  const { verdict, request } = await member.ask(init);
  expect(verdict).toBe('goes on');
  return request;
}

/** By bearer, unless `headers` has another. */
const bearing = (init: ViewerRequestInit): ViewerRequestInit => ({
  ...init,
  headers: { authorization: `Bearer ${token}`, ...init.headers },
});

test('the request is as it was sent, but for the credential', async () => {
  const headers = { accept: ['*/*', 'text/html'], 'user-agent': 'x', range: 'bytes=0-3', 'content-length': '0' };
  const init = { uri: '/members/a%20b', query: 'b=2&a=1&a=%20&c', ip: '2001:db8::7', method: 'HEAD' };
  const sent = lambdaViewerRequest({ ...init, headers }).Records[0]?.cf.request;
  expect(await forwarded(bearing({ ...init, headers }))).toEqual(sent);
});

describe('of the query string', () => {
  test.each([
    { query: 'TOKEN', after: '' },
    { query: 'b=2&TOKEN&a=1', after: 'b=2&a=1' },
    { query: 'TOKEN&TOKEN&a=1', after: 'a=1' },
    { query: 'a=%2F%2f+%zz&b&&=&c==&TOKEN', after: 'a=%2F%2f+%zz&b&&=&c==' },
    { query: `%65${NAME.slice(1)}=1&TOKEN`, after: `%65${NAME.slice(1)}=1` },
    { query: `${NAME}x=1&x${NAME}=1&TOKEN`, after: `${NAME}x=1&x${NAME}=1` },
    {
      query: '__proto__=1&constructor=2&toString=3&__proto__=4&TOKEN',
      after: '__proto__=1&constructor=2&toString=3&__proto__=4',
    },
    { query: 'Expires=1&Policy=2&Signature=3&Key-Pair-Id=4&Hash-Algorithm=5&expires=6&TOKEN', after: 'expires=6' },
    { query: 'edgekeeper-signin=1767268800&a=1&TOKEN', after: 'a=1' },
    { query: 'edgekeeper=somebody-elses&TOKEN', after: 'edgekeeper=somebody-elses' },
  ])('$query becomes $after', async ({ query, after }) => {
    const filled = query.replaceAll('TOKEN', `${NAME}=${token}`);
    expect((await forwarded({ query: filled })).querystring).toBe(after);
  });
});

describe('of the cookies', () => {
  test.each<{ cookie: string | string[]; after: string | undefined }>([
    { cookie: 'TOKEN', after: undefined },
    { cookie: 'a=1; TOKEN; b=2', after: 'a=1; b=2' },
    { cookie: 'TOKEN; TOKEN; a=1', after: 'a=1' },
    { cookie: 'a="1 2"; b; c=; =d; e=f=g; TOKEN', after: 'a="1 2"; b; c=; =d; e=f=g' },
    { cookie: 'a=1; a=2; TOKEN', after: 'a=1; a=2' },
    { cookie: '__proto__=1; constructor=2; toString=3; TOKEN', after: '__proto__=1; constructor=2; toString=3' },
    { cookie: ['a=1', 'TOKEN', 'b=2'], after: 'a=1; b=2' },
    { cookie: 'edgekeeper=another-section; a=1; TOKEN', after: 'a=1' },
    {
      cookie:
        'CloudFront-Expires=1; CloudFront-Policy=2; CloudFront-Signature=3; TOKEN; a=1; CloudFront-Key-Pair-Id=4; CloudFront-Hash-Algorithm=5',
      after: 'a=1',
    },
    { cookie: 'CloudFront-Policy=1; CloudFront-Policy=2; TOKEN', after: undefined },
    { cookie: `${NAME}x=1; x${NAME}=1; TOKEN`, after: `${NAME}x=1; x${NAME}=1` },
  ])('$cookie becomes $after', async ({ cookie, after }) => {
    const filled = [cookie].flat().map((line) => line.replaceAll('TOKEN', `${NAME}=${token}`));
    const { headers } = await forwarded({ headers: { cookie: filled } });
    expect((headers.cookie ?? []).map(({ value }) => value)).toEqual(after === undefined ? [] : [after]);
    expect('cookie' in headers).toBe(after !== undefined);
  });
});

describe('of the headers', () => {
  test('those between our functions are taken out, and the bearer of whichever carrier decided', async () => {
    const internal = { 'x-edgekeeper-order': 'evil', 'x-edgekeeper-origin': ['a', 'b'], 'x-edgekeeper-': 'x' };
    const others = { 'x-edgekeepe': '1', 'my-x-edgekeeper-order': '1', 'x-authorization': 'Basic eDp5' };
    const init = { query: `${NAME}=${token}`, headers: { ...internal, ...others } };
    expect(Object.keys((await forwarded(bearing(init))).headers)).toEqual(['host', ...Object.keys(others)]);
  });

  test.each(['__proto__', 'constructor', 'tostring', 'hasownproperty'])('%s is one like any other', async (name) => {
    const headers = Object.fromEntries([
      [name, ['1', '2']],
      ['x-edgekeeper-order', 'evil'],
    ]);
    const request = await forwarded(bearing({ headers }));
    expect(Object.keys(request.headers)).toEqual(['host', name]);
    const lines: { value: string }[] = Object.getOwnPropertyDescriptor(request.headers, name)?.value;
    expect(lines.map(({ value }) => value)).toEqual(['1', '2']);
  });

  test('of another scheme are taken out as well, since the section asked for the header', async () => {
    const request = await forwarded({ headers: { authorization: 'Basic eDp5', cookie: `${NAME}=${token}` } });
    expect(request.headers).not.toHaveProperty('authorization');
  });
});

test('what a section does not ask for is left to whoever does', async () => {
  const narrow = { ...MEMBERS, carriers: ['cookie'], publicKeys: {} };
  const keys = { '/members/*': await memberKeys() };
  const member = await memberFunction([...SETTINGS.protected, narrow], keys);
  const headers = { authorization: 'Bearer x', cookie: `${NAME}=${token}; CloudFront-Policy=1` };
  const request = await forwarded({ query: `${NAME}=1&Expires=2`, headers }, member);
  await member.close();
  expect(request.querystring).toBe(`${NAME}=1&Expires=2`);
  expect(request.headers).toMatchObject({
    authorization: [{ value: 'Bearer x' }],
    cookie: [{ value: 'CloudFront-Policy=1' }],
  });
});
