/** What becomes of events when a function is ended: each is answered, and no instance is left. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../emulator/clock.ts';
import { lambdaFunctionNamed } from '../../../emulator/edge-functions.ts';
import { codeOfFile } from '../../../emulator/lambda-edge/code.ts';
import { lambdaRuntime } from '../../../emulator/lambda-edge/runtime.ts';
import { type FunctionFiles, functionFiles } from '../../support/function-files.ts';

let files: FunctionFiles;
beforeAll(async () => {
  files = await functionFiles();
});
afterAll(() => files.close());

const CRASHED = 'Error: the function crashed';

async function runtime() {
  const definition = lambdaFunctionNamed('auth', '1');
  const file = await files.write('index.js', "exports.handler = async () => ({ status: '200' });");
  return lambdaRuntime(definition, await codeOfFile(definition, file, files.folder), systemClock, () => {});
}

test('while an instance starts', async () => {
  const { invoke, close } = await runtime();
  const outcome = invoke({});
  await close();
  expect(await outcome).toMatchObject({ error: CRASHED });
});

test.each([{ had: 0 }, { had: 1 }])('an event that comes later, after $had', async ({ had }) => {
  const { invoke, close } = await runtime();
  for (let event = 0; event < had; event++) expect(await invoke({})).toMatchObject({ value: { status: '200' } });
  await close();
  expect(await invoke({})).toEqual({ error: CRASHED, lines: [CRASHED] });
});
