import { expect, test } from 'vitest';
import { defines } from '../../build/defines.ts';
import { config } from './sources.ts';

test('there is one define for each section of the settings, as JSON', () => {
  expect(defines(config)).toMatchObject({
    'EDGE_CONFIG.regions':
      '[{"region":"us-east-1","originId":"us-east-1"},{"region":"eu-west-1","originId":"eu-west-1"}]',
    'EDGE_CONFIG.leewaySeconds': '30',
  });
  expect(Object.keys(defines(config))).toEqual(Object.keys(config).map((section) => `EDGE_CONFIG.${section}`));
});
