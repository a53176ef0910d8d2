import { afterAll, beforeAll } from 'vitest';
import { plainBench, type TestBench } from './edge.ts';
import { type FunctionFiles, functionFiles } from './function-files.ts';

export interface FunctionBench {
  readonly bench: TestBench;
  readonly files: FunctionFiles;
}

/** A bench for a template, and a folder for its functions' files, while the tests of a file run. */
export function functionBench(template: unknown): FunctionBench {
  const made = {} as { bench: TestBench; files: FunctionFiles };
  beforeAll(async () => {
    made.bench = await plainBench(template);
    made.files = await functionFiles();
  });
  afterAll(async () => {
    await made.bench.close();
    await made.files.close();
  });
  return made;
}
