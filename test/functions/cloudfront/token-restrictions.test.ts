/** What a token may ask of its bearer beyond time, resource and address: a country, and headers. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Engine } from '../../support/engines.ts';
import type { ViewerRequestInit } from '../../support/events.ts';
import type { SectionInit } from '../../support/settings.ts';
import { bearing, type Case, expectedOf, inBothEngines, verdictsOn } from '../../support/verdicts.ts';

const GEO: SectionInit = { geo: true };

function from(country: string, region?: string): ViewerRequestInit {
  return {
    headers: {
      'cloudfront-viewer-country': country,
      ...(region !== undefined && { 'cloudfront-viewer-country-region': region }),
    },
  };
}

async function countryCases(): Promise<Case[]> {
  const table: [name: string, geo: unknown, init: ViewerRequestInit, expected: Case['expected']][] = [
    ['country', 'DE', from('DE'), 'goes on'],
    ['one of the countries', ['FR', 'DE'], from('DE'), 'goes on'],
    ['another country', ['FR', 'DE'], from('AT'), '403 country'],
    ['country in another case', 'de', from('DE'), '403 country'],
    ['a country that it begins with', 'DE', from('D'), '403 country'],
    ['country, whatever the region', 'US', from('US', 'CA'), 'goes on'],
    ['country-region', 'US-CA', from('US', 'CA'), 'goes on'],
    ['another region', 'US-CA', from('US', 'NY'), '403 country'],
    ['the region of another country', 'US-CA', from('FR', 'CA'), '403 country'],
    ['country-region, no region', 'US-CA', from('US'), '403 country'],
    [
      'country-region, a region alone',
      'US-CA',
      { headers: { 'cloudfront-viewer-country-region': 'CA' } },
      '403 country',
    ],
    ['no country', 'DE', {}, '403 country'],
    ['no country, the empty one', ['', '-'], {}, '403 country'],
    ['an empty country, the empty one', ['', '-'], from('', ''), '403 country'],
    ['two countries', ['DE', 'FR'], { headers: { 'cloudfront-viewer-country': ['DE', 'FR'] } }, '403 country'],
    ['in no country', [], from('DE'), '403 country'],
    ['no geo claim', undefined, {}, 'goes on'],
    ['country is null', null, from('DE'), '403 claims'],
    ['country is a number', 49, from('DE'), '403 claims'],
    ['country is an object', { toString: 1 }, from('DE'), '403 claims'],
    ['country in a list in a list', [['DE']], from('DE'), '403 claims'],
    ['one of the countries is no text', ['DE', 7], from('DE'), '403 claims'],
  ];
  const cases = table.map(async ([name, geo, init, expected]) => {
    return { name, run: await bearing({ geo }, init), section: GEO, expected };
  });
  const off: [name: string, geo: unknown][] = [
    ['right', 'DE'],
    ['empty', []],
    ['null', null],
    ['false', false],
  ];
  const unsupported = off.map(async ([name, geo]): Promise<Case> => {
    return {
      name: `not asked for: ${name}`,
      run: await bearing({ geo }, from('DE')),
      expected: '403 unsupported-claim',
    };
  });
  return Promise.all([...cases, ...unsupported]);
}

/** A claim that binds to headers as they are here, in the order in which they are here. */
function boundTo(headers: Readonly<Record<string, string>>): { names: string[]; sha256: string } {
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  return { names: Object.keys(headers), sha256: createHash('sha256').update(lines.join('')).digest('base64url') };
}

async function headerCases(): Promise<Case[]> {
  const player = { 'user-agent': 'player/1', 'x-device': 'a7' };
  const agent = { 'user-agent': 'player/1' };
  const { names, sha256 } = boundTo(player);
  const ofNothing = boundTo({}).sha256;
  const table: [name: string, hdr: unknown, headers: ViewerRequestInit['headers'], expected: Case['expected']][] = [
    ['one header', boundTo(agent), player, 'goes on'],
    ['two headers', boundTo(player), player, 'goes on'],
    ['another value', boundTo(player), { ...player, 'x-device': 'a8' }, '403 headers'],
    ['a value that it begins with', boundTo(player), { ...player, 'x-device': 'a' }, '403 headers'],
    ['values changed about', boundTo(player), { 'user-agent': 'a7', 'x-device': 'player/1' }, '403 headers'],
    ['another order', { names: [...names].reverse(), sha256 }, player, '403 headers'],
    ['one of two is absent', boundTo(player), agent, '403 headers'],
    ['one more header', { names: [...names, 'x-more'], sha256 }, player, '403 headers'],
    ['one header less', { names: ['user-agent'], sha256 }, player, '403 headers'],
    ['a header that is to be absent', boundTo({ ...agent, 'x-device': '' }), agent, 'goes on'],
    ['a header that is to be absent, and is not', boundTo({ ...agent, 'x-device': '' }), player, '403 headers'],
    ['a repeated header', boundTo({ 'x-device': 'a, b' }), { 'x-device': ['a', 'b'] }, 'goes on'],
    ['a header that is repeated', boundTo({ 'x-device': 'a' }), { 'x-device': ['a', 'b'] }, '403 headers'],
    ['a value that is two', boundTo({ a: 'x', b: 'y' }), { a: 'x\nb:y' }, '403 headers'],
    ['a value beyond ASCII', boundTo({ 'x-device': 'caf\u00e9' }), { 'x-device': 'caf\u00e9' }, 'goes on'],
    ['an upper-case name', { names: ['User-Agent'], sha256: boundTo(agent).sha256 }, agent, '403 headers'],
    ['one name that is no list', { names: 'user-agent', sha256: boundTo(agent).sha256 }, agent, 'goes on'],
    ['no headers', { names: [], sha256: ofNothing }, agent, 'goes on'],
    ['no headers, the digest of some', { names: [], sha256 }, player, '403 headers'],
    ['a name of the prototype', boundTo({ ['__proto__']: '', constructor: '' }), {}, 'goes on'],
    ['no hdr claim', undefined, player, 'goes on'],

    // Claims that are none.
    ['null', null, {}, '403 claims'],
    ['a text', 'user-agent', {}, '403 claims'],
    ['a list', [names, sha256], player, '403 claims'],
    ['empty', {}, {}, '403 claims'],
    ['no names', { sha256: ofNothing }, {}, '403 claims'],
    ['no digest', { names }, player, '403 headers'],
    ['names are null', { names: null, sha256 }, player, '403 claims'],
    ['a name is a number', { names: ['user-agent', 7], sha256 }, player, '403 claims'],
    ['a name is a list', { names: [['user-agent']], sha256: boundTo(agent).sha256 }, agent, '403 claims'],
    ['a name is an object', { names: [{}], sha256 }, player, '403 claims'],
    ['a name is an object without a text', { names: [{ toString: 1, valueOf: 1 }], sha256 }, player, '403 claims'],
    ['names are an object without a text', { names: { toString: null }, sha256 }, player, '403 claims'],
    ['the digest is null', { names, sha256: null }, player, '403 headers'],
    ['the digest is a list', { names, sha256: [sha256] }, player, '403 headers'],
    ['the digest is empty', { names, sha256: '' }, player, '403 headers'],
    ['the digest is padded', { names, sha256: `${sha256}=` }, player, '403 headers'],
    [
      'the digest is hexadecimal',
      { names, sha256: Buffer.from(sha256, 'base64url').toString('hex') },
      player,
      '403 headers',
    ],
  ];
  return Promise.all(
    table.map(async ([name, hdr, headers = {}, expected]) => ({
      name,
      run: await bearing({ hdr }, { headers }),
      expected,
    })),
  );
}

function suite(engine: Engine): void {
  test.each([
    { what: 'countries', cases: countryCases },
    { what: 'headers', cases: headerCases },
  ])('each request gets its verdict, for its reason: $what', async ({ cases }) => {
    const all = await cases();
    expect(await verdictsOn(engine, all)).toEqual(expectedOf(all));
  });

  test('an address, a resource and a country are asked for all at once', async () => {
    const claims = { ip: '203.0.113.7', res: '/private/*', geo: 'DE', hdr: boundTo({ a: 'b' }) };
    const init = { headers: { ...from('DE').headers, a: 'b' } };
    const all: Case[] = [
      { name: 'all right', section: GEO, run: await bearing(claims, init), expected: 'goes on' },
      {
        name: 'address',
        section: GEO,
        run: await bearing({ ...claims, ip: '203.0.113.8' }, init),
        expected: '403 source-ip',
      },
      { name: 'resource', section: GEO, run: await bearing({ ...claims, res: '/x' }, init), expected: '403 resource' },
      { name: 'country', section: GEO, run: await bearing({ ...claims, geo: 'FR' }, init), expected: '403 country' },
      { name: 'header', section: GEO, run: await bearing(claims, from('DE')), expected: '403 headers' },
    ];
    expect(await verdictsOn(engine, all)).toEqual(expectedOf(all));
  });
}

inBothEngines(suite);
