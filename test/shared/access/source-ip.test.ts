import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isInSourceIp, readSourceIp } from '../../../shared/access/source-ip.ts';

function isIn(range: string, viewerIp: string): boolean | undefined {
  const read = readSourceIp(range);
  return read && isInSourceIp(read, viewerIp);
}

describe('a source IP', () => {
  test.each<[range: string, viewerIp: string, expected: boolean | undefined]>([
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.8', false],
    ['203.0.113.0/24', '203.0.113.255', true],
    ['203.0.113.0/24', '203.0.114.0', false],
    ['203.0.113.9/29', '203.0.113.15', true],
    ['203.0.113.9/29', '203.0.113.16', false],
    ['0.0.0.0/0', '198.51.100.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '203.0.113.7', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1', true],
    ['::1', '::1', true],
    ['203.0.113.0/24', 'junk', false],
    ['203.0.113.0/33', '203.0.113.0', undefined],
    ['203.0.113.0/', '203.0.113.0', undefined],
    ['203.0.113.0/-1', '203.0.113.0', undefined],
    ['203.0.113.0/08', '203.0.113.0', undefined],
    ['203.0.113.0/24/8', '203.0.113.0', undefined],
    ['203.0.113', '203.0.113.0', undefined],
    ['203.0.113.0.', '203.0.113.0', undefined],
    ['203.0.113.0.5', '203.0.113.0', undefined],
    ['203.0.113.0.500.x', '203.0.113.0', undefined],
    ['203.0.113.256', '203.0.113.0', undefined],
    ['203.0.113.07', '203.0.113.7', undefined],
    ['2001:db8::/129', '2001:db8::', undefined],
    ['2001::db8::1', '2001:db8::1', undefined],
    ['2001:db8', '2001:db8::', undefined],
    ['1:2:3:4:5:6:7:8::', '1:2:3:4:5:6:7:8', undefined],
    [':1:2:3:4:5:6:7', '::1', undefined],
    ['1:2:3:4:5:6:7:', '::1', undefined],
    ['12345::', '::', undefined],
    ['', '', undefined],
  ])('%s and %s: %s', (range, viewerIp, expected) => {
    expect(isIn(range, viewerIp)).toBe(expected);
  });

  test.each([7, null, undefined, {}, ['203.0.113.7']])('%j is none', (value) => {
    expect(readSourceIp(value)).toBeUndefined();
  });

  test('agrees with what Node.js says of random ranges', () => {
    const range = fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
      fc.tuple(
        fc.ipV6().filter((ip) => !ip.includes('.')),
        fc.integer({ min: 0, max: 128 }),
      ),
    );
    const viewer = fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter((ip) => !ip.includes('.')),
    );
    fc.assert(
      fc.property(range, viewer, fc.boolean(), ([base, length], other, isNear) => {
        const ip = isNear ? base : other;
        const list = new BlockList();
        list.addSubnet(base, length, isIP(base) === 4 ? 'ipv4' : 'ipv6');
        fc.pre(isIP(base) === isIP(ip));
        expect(isIn(`${base}/${length}`, ip)).toBe(list.check(ip, isIP(ip) === 4 ? 'ipv4' : 'ipv6'));
      }),
    );
  });
});
