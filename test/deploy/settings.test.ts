import { describe, expect, test } from 'vitest';
import { deploySettings, type Service } from '../../deploy/settings.ts';

const US = { region: 'us-east-1', originId: 'us-east-1' };
const EU = { region: 'eu-west-1', originId: 'eu-west-1' };

interface Case {
  name: string;
  service?: Partial<Service>;
  regions?: unknown[];
  expected: string;
}

describe('deploySettings', () => {
  test.each<Case>([
    {
      name: 'a setting that the functions would refuse',
      regions: [US, { ...EU, originId: 'us-east-1' }],
      expected: 'regions[1].originId: expected another than regions[0].originId, got "us-east-1"',
    },
    {
      name: 'three regions',
      regions: [US, EU, { region: 'ap-south-1', originId: 'ap-south-1' }],
      expected: 'deployed',
    },
    {
      name: 'a primary region without the stack',
      regions: [EU, US],
      expected: 'regions[0].region: expected us-east-1, since the stack makes the primary bucket, got "eu-west-1"',
    },
    {
      name: 'a stack in another region, by --region',
      service: { region: 'eu-west-1' },
      expected: 'provider.region: expected us-east-1, got "eu-west-1"',
    },
    {
      name: 'a stage in upper case',
      service: { stage: 'Prod' },
      expected: 'stage: expected a short name in lower case, as the names of buckets need, got "Prod"',
    },
    {
      name: 'a stage that makes a bucket name of 64 characters',
      service: { stage: 'a-stage-with-a-very-long-names' },
      expected:
        'stage: expected a short name in lower case, as the names of buckets need, got "a-stage-with-a-very-long-names"',
    },
    {
      name: 'a stage that makes a bucket name of 63 characters',
      service: { stage: 'a-stage-with-a-very-long-name' },
      expected: 'deployed',
    },
    { name: 'two regions, the first with the stack', expected: 'deployed' },
  ])('$name: $expected', ({ service, regions, expected }) => {
    expect(
      outcome({ name: 'edgekeeper', stage: 'dev', region: 'us-east-1', settings: settings(regions), ...service }),
    ).toBe(expected);
  });
});

function settings(regions: unknown[] = [US, EU]): unknown {
  return { regions, failover: { statusCodes: [503, 504], maxAgeSeconds: 60, retryAfterSeconds: 30 } };
}

function outcome(service: Service): string {
  try {
    deploySettings(service);
    return 'deployed';
  } catch (error) {
    return (error as Error).message;
  }
}
