import assert from 'node:assert/strict';
import type { Definition, OperationSpec } from '../../src/openapi/definition.ts';
import { importDocument, type ImportOptions } from '../../src/openapi/import.ts';

/** A document with one part given; without faults, when nothing else is said. */
export function definitionOf(part: object, options: ImportOptions = {}, faults = 0): Definition {
  const document = {
    openapi: '3.1.0',
    info: { title: 'Test', version: '1' },
    servers: [{ url: 'https://api.example.com' }],
    paths: {},
    ...part,
  };
  const result = importDocument(JSON.stringify(document), options);
  assert.equal(result.faults.length, faults, JSON.stringify(result.faults, null, 1));
  assert.ok(result.definition);
  return result.definition;
}

/** The one operation of a document. */
export function operationOf(
  operation: object,
  {
    path = '/things',
    method = 'post',
    ...part
  }: { path?: string; method?: string; [key: string]: unknown } = {},
): OperationSpec {
  const responses = { 200: { description: '' } };
  const { actions } = definitionOf({
    ...part,
    paths: { [path]: { [method]: { operationId: 'it', responses, ...operation } } },
  });
  const found = Object.values(actions).flatMap((area) => Object.values(area))[0];
  assert.ok(found);
  return found;
}

export const json = (schema: unknown) => ({ 'application/json': { schema } });
