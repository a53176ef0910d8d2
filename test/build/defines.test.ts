import { describe, expect, test } from 'vitest';
import { defines } from '../../build/defines.ts';
import { parseConfig } from '../../config/parse.ts';
import { config, LAMBDA_SECTION, SETTINGS } from '../support/settings.ts';

test('there is one define for each section of the settings that functions may read, as JSON', () => {
  const defined = defines(config(), 'lambda-edge');
  expect(defined).toMatchObject({
    'EDGE_CONFIG.regions':
      '[{"region":"us-east-1","originId":"us-east-1"},{"region":"eu-west-1","originId":"eu-west-1"}]',
    'EDGE_CONFIG.failover': '{"statusCodes":[403,404,500,502,503,504],"maxAgeSeconds":60,"retryAfterSeconds":30}',
  });
  const sections = Object.keys(defined).filter((name) => name.startsWith('EDGE_CONFIG.'));
  const { objectives: _, associate: __, ...read } = config();
  expect(sections).toEqual(Object.keys(read).map((section) => `EDGE_CONFIG.${section}`));
});

describe('of the protected sections, a function', () => {
  const both = parseConfig({ ...SETTINGS, protected: [SETTINGS.protected[0], LAMBDA_SECTION] });
  const sections = (runtime: 'cloudfront-function' | 'lambda-edge') =>
    JSON.parse(defines(both, runtime)['EDGE_CONFIG.protected'] ?? '');

  test('knows those of the other runtime by their path, and no carrier of them', () => {
    expect(sections('cloudfront-function')[1]).toEqual({ path: '/members/*', carriers: [], name: 'edgekeeper-member' });
    expect(sections('lambda-edge')[0]).toEqual({ path: '/private/*', carriers: [], name: 'edgekeeper' });
  });

  test('uses what one of its own asks for', () => {
    const asking = { ...SETTINGS.protected[0], carriers: ['path'], revocation: true };
    const used = defines(parseConfig({ ...SETTINGS, protected: [asking] }), 'cloudfront-function');
    expect(used).toMatchObject({
      'USES.pathTokens': 'true',
      'USES.revocationEntries': 'true',
      'USES.crossOrigin': 'false',
      'USES.signInPage': 'false',
    });
    expect(defines(both, 'cloudfront-function')).toMatchObject({ 'USES.signInPage': 'false' });
    expect(defines(both, 'lambda-edge')).toMatchObject({ 'USES.signInPage': 'true' });
  });
});
