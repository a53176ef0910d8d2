/**
 * The document of the control API, made of the routes that answer.
 *
 * @see https://spec.openapis.org/oas/v3.1.1
 */
import { type Answer, type Content, ok, type Route } from './route.ts';
import { named, object, type Schema, text } from './schema.ts';

const LICENSE = { name: 'Apache-2.0', identifier: 'Apache-2.0' };

const failed = named(
  'Failure',
  object({ error: object({ code: text('Stable'), message: text('For people') }, ['code']) }),
);

/** What any route may answer. */
const FOREIGN = { description: 'Host or Origin is not this machine' };
const INVALID = { description: 'What was sent is not what is expected' };

/** @param routes of the whole API */
export function openApi(routes: () => readonly Route[]): Route {
  return {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1', schema: { type: 'object' } } },
    run: () => ok(documentOf(routes())),
  };
}

function documentOf(routes: readonly Route[]) {
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.1',
    info: { title: "Edgekeeper's control API", version: '1', license: LICENSE },
    servers: [{ url: '/' }],
    paths: withReferences(paths, schemas),
    components: { schemas },
  };
}

function operation({ method, path, summary, query = {}, headers = {}, body, answers }: Route) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const parameters = [
    ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...Object.entries(query).map(([name, schema]) => ({ name, in: 'query', schema })),
    ...Object.entries(headers).map(([name, schema]) => ({ name, in: 'header', schema })),
  ];
  const mayBeInvalid = body !== undefined || Object.keys(query).length > 0;
  const all: Record<string, Answer> = { ...answers, ...(mayBeInvalid && { 400: INVALID }), 403: FOREIGN };
  return {
    operationId: operationId(method, path),
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, content: contentOf(body) } }),
    responses: Object.fromEntries(Object.entries(all).map(([status, answer]) => [status, response(status, answer)])),
  };
}

/** `put origins id fault` in one word. */
function operationId(method: string, path: string): string {
  const words = path.split(/[^a-z]+/i).filter((part) => part !== '');
  return method.toLowerCase() + words.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');
}

function response(status: string, { description, schema, type, hasEtag }: Answer) {
  const content =
    Number(status) >= 400 ? { schema: failed } : schema === undefined ? null : { schema, ...(type && { type }) };
  return {
    description,
    ...(hasEtag && { headers: { etag: { schema: { type: 'string' } } } }),
    ...(content !== null && { content: contentOf(content) }),
  };
}

function contentOf({ schema, type = 'application/json' }: Content) {
  return { [type]: { schema } };
}

/** Schemas that have a name stand once, among `schemas`, and are referred to. */
function withReferences(value: unknown, schemas: Record<string, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withReferences(item, schemas));
  const { title } = value as Schema;
  const copy = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withReferences(part, schemas)]));
  if (typeof title !== 'string' || !('type' in value)) return copy;
  schemas[title] = copy;
  return { $ref: `#/components/schemas/${title}` };
}
