/** Which custom headers an origin of a template may have: reference, section 6.4. */
import { expect, test } from 'vitest';
import { readTemplate } from '../../emulator/template.ts';
import { documented } from '../support/rows.ts';
import { customOrigin, template } from '../support/template.ts';

type Header = readonly [name: string, value: string];
const WHERE = 'Distribution.DistributionConfig.Origins[0].OriginCustomHeaders';
const many = (count: number): Header[] => Array.from({ length: count }, (_, index) => [`x-${index}`, '']);
/** So many characters, in values that are as long as they may be. */
const characters = (count: number): Header[] =>
  Array.from({ length: 6 }, (_, index) => [`x-${index}`, 'x'.repeat(index < 5 ? 1_783 : count - 5 * 1_786 - 3)]);

/** Those with `*` by one of their kind. */
const DENIED = [
  'Cache-Control',
  'Connection',
  'Content-Length',
  'Cookie',
  'Host',
  'If-Match',
  'Max-Forwards',
  'Pragma',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Connection',
  'Range',
  'Request-Range',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'Via',
  'X-Amz-Anything',
  'X-Edge-Anything',
  'X-Real-Ip',
];

test.each<{ request: readonly Header[]; expected: string | null; kind: string; see: string; name: string }>(
  documented([
    ...DENIED.map((name) => ({
      name,
      request: [[name, 'x']] as Header[],
      expected: `the header ${name.toLowerCase()} cannot be a custom header`,
      see: '6.4',
    })),
    ...['X-Amzn', 'Ifx', 'Accept', 'X-Real-Ips'].map((name) => ({
      name,
      request: [[name, 'x']] as Header[],
      expected: null,
      see: '6.4',
    })),
    { name: '30', request: many(30), expected: null, see: '6.4' },
    { name: '31', request: many(31), expected: 'there are more than 30 custom headers', see: '6.4' },
    { name: 'a name of 256', request: [['x'.repeat(256), '']], expected: null, see: '6.4' },
    {
      name: 'a name of 257',
      request: [['x'.repeat(257), '']],
      expected: `the custom header ${'x'.repeat(256)} is too long`,
      see: '6.4',
    },
    { name: 'a value of 1,783', request: [['x-a', 'x'.repeat(1_783)]], expected: null, see: '6.4' },
    {
      name: 'a value of 1,784',
      request: [['x-a', 'x'.repeat(1_784)]],
      expected: 'the custom header x-a is too long',
      see: '6.4',
    },
    { name: '10,240 characters', request: characters(10_240), expected: null, see: '6.4' },
    {
      name: '10,241 characters',
      request: characters(10_241),
      expected: 'the custom headers are too long together',
      see: '6.4',
    },
  ]),
)('$kind: $name: $expected ($see)', ({ request, expected }) => {
  const OriginCustomHeaders = request.map(([HeaderName, HeaderValue]) => ({ HeaderName, HeaderValue }));
  const input = template({
    behavior: { TargetOriginId: 'custom' },
    distribution: { Origins: [customOrigin('custom', { OriginCustomHeaders })], OriginGroups: undefined },
  });
  if (expected === null) {
    const { distribution } = readTemplate(input);
    expect(distribution.origins.get('custom')?.customHeaders).toHaveLength(request.length);
  } else {
    expect(() => readTemplate(input)).toThrow(
      expect.objectContaining({
        code: 'ERR_TEMPLATE_INVALID',
        message: `${WHERE}: expected headers that CloudFront adds to requests, got "${expected}"`,
      }),
    );
  }
});
