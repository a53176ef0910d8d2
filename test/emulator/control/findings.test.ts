/** What a check finds in what is served, as the control API tells it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unexpected } from '../../../config/errors.ts';
import type { EdgeOptions } from '../../../emulator/edge.ts';
import { controlApi } from '../../support/control-api.ts';
import { plainBench, type TestBench } from '../../support/edge.ts';
import { findingOf } from '../../support/findings.ts';
import { template } from '../../support/template.ts';

let bench: TestBench;
beforeAll(async () => {
  bench = await plainBench(template());
});
afterAll(() => bench.close());

async function started(options: Partial<EdgeOptions> = {}) {
  const edge = await bench.start(options);
  const control = await controlApi(edge.control);
  return { edge, asked: () => control('/findings'), found: async () => JSON.parse((await control('/findings')).body) };
}

/** A check that tells how often it was made. */
function counted() {
  let count = 0;
  const findings = async () => {
    count++;
    return [findingOf('origin-id'), findingOf('failover-codes', 'warning')];
  };
  return { findings, made: () => count };
}

test('they are told as they were found', async () => {
  const { findings } = counted();
  const { found } = await started({ findings });
  expect(await found()).toEqual(await findings());
});

test('where nothing checks there are none, which is not the same as nothing found', async () => {
  expect(await (await started()).found()).toBeNull();
  expect(await (await started({ findings: async () => [] })).found()).toEqual([]);
});

test('a check is made when they are asked for, once until the next update', async () => {
  const { findings, made } = counted();
  const { edge, found } = await started({ findings });
  expect(made()).toBe(0);
  await Promise.all([found(), found()]);
  expect(made()).toBe(1);
  await edge.update({});
  expect(made()).toBe(1);
  await found();
  expect(made()).toBe(2);
});

test('an update has its own, or none', async () => {
  const { edge, found } = await started(counted());
  await edge.update({ template: template(), findings: async () => [findingOf('list-bucket')] });
  expect(await found()).toMatchObject([{ rule: 'list-bucket' }]);
  await edge.update({ template: template() });
  expect(await found()).toBeNull();
});

test('an update that fails leaves those of what is served', async () => {
  const { edge, found } = await started(counted());
  await expect(edge.update({ template: {}, findings: async () => [] })).rejects.toThrow();
  expect(await found()).toHaveLength(2);
});

test('a check that fails says so', async () => {
  const findings = async () => {
    throw unexpected('ERR_CONFIG_INVALID', 'regions', 'two', 'one');
  };
  const { status, body } = await (await started({ findings })).asked();
  expect([status, JSON.parse(body).error.code]).toEqual([400, 'ERR_CONFIG_INVALID']);
});
