/** How much of the quota the viewer request function takes, and that it carries only what the settings ask for. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/parse.ts';
import { CLOUDFRONT_FUNCTION_QUOTA_BYTES } from '../../config/quotas.ts';
import { config, LAMBDA_SECTION, SETTINGS, type SectionInit } from '../support/settings.ts';
import { scriptOf } from '../support/verdicts.ts';

const FEATURES: Record<string, { section: SectionInit; code: RegExp }> = {
  'path tokens': { section: { carriers: ['path'] }, code: /"\/~"/ },
  revocation: { section: { revocation: true }, code: /"r:"|\.exists\(/ },
  'pages of other sites': { section: { cors: { origins: ['https://app.example.com'] } }, code: /access-control-/ },
  'sign-in': {
    section: { signIn: { url: 'https://app.example.com/sign-in', hosts: ['www.example.com'] } },
    code: /sec-fetch-mode|302|encodeURIComponent/,
  },
};

const EVERYTHING: SectionInit = Object.assign({}, ...Object.values(FEATURES).map(({ section }) => section), {
  carriers: ['path', 'query', 'header', 'cookie'],
  geo: true,
});

test('with every feature, four regions and a section of the other runtime it fits the quota', async () => {
  const regions = ['us-east-1', 'eu-west-1', 'ap-southeast-2', 'sa-east-1'];
  const settings = parseConfig({
    ...SETTINGS,
    regions: regions.map((region) => ({ region, originId: region })),
    protected: [{ ...SETTINGS.protected[0], ...EVERYTHING }, LAMBDA_SECTION],
  });
  expect(Buffer.byteLength(await scriptOf(settings))).toBeLessThanOrEqual(CLOUDFRONT_FUNCTION_QUOTA_BYTES);
});

test('with every feature of one section there is room for another one', async () => {
  const bytes = Buffer.byteLength(await scriptOf(config(EVERYTHING)));
  expect(bytes).toBeLessThanOrEqual(CLOUDFRONT_FUNCTION_QUOTA_BYTES - 300);
});

describe.each(Object.entries(FEATURES))('%s', (name, { section, code }) => {
  test('is there where a section asks for it', async () => {
    expect(await scriptOf(config(section))).toMatch(code);
  });

  test('is left out where none does', async () => {
    const others = Object.entries(FEATURES).filter(([other]) => other !== name);
    const all: SectionInit = Object.assign({}, ...others.map(([, other]) => other.section));
    expect(await scriptOf(config(all))).not.toMatch(code);
    expect(await scriptOf(config())).not.toMatch(code);
  });

  test('is left out where only a section of the other runtime asks for it', async () => {
    const { cors, signIn } = section;
    const lambda = { ...LAMBDA_SECTION, ...(cors && { cors }), ...(signIn && { signIn }) };
    const settings = parseConfig({ ...SETTINGS, protected: [SETTINGS.protected[0], lambda] });
    expect(await scriptOf(settings)).not.toMatch(code);
  });
});
