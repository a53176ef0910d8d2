import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, plainBench, type TestBench, type TestEdge } from '../../support/edge.ts';
import { template } from '../../support/template.ts';

let bench: TestBench;
let edge: TestEdge;
beforeAll(async () => {
  bench = await plainBench(template());
  edge = await bench.start();
});
afterAll(() => bench.close());

test('the document is one of OpenAPI 3.1', async () => {
  const document = JSON.parse((await ask(edge.control, '/openapi.json')).body);
  const { valid, errors } = await new Validator().validate(document);
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  expect(document.openapi).toMatch(/^3\.1\./);
});

test('no two operations have one name', async () => {
  const { paths } = JSON.parse((await ask(edge.control, '/openapi.json')).body);
  const ids = Object.values<object>(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain('putOriginsIdFault');
});

test('each resource is named where one begins to look', async () => {
  const { see } = JSON.parse((await ask(edge.control, '/')).body);
  expect(see).toContain('/openapi.json');
  expect(JSON.parse((await ask(edge.control, '/nothing')).body).error.message).toContain('/origins/<id>/fault');
});
