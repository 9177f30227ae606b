import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { connectorFromDefinition } from '../../src/openapi/from-json.ts';
import { importDocument } from '../../src/openapi/import.ts';
import { sampleInput } from '../../src/openapi/sample.ts';
import { declaredPackages, publicDocuments } from './corpus.ts';

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']);

type Plain = Record<string, unknown>;

/** Operations of a document, counted without any of the code under test. */
function plainCount(given: string): number {
  const text = given.replace(/^\uFEFF/, '');
  const document = (/^\s*\{/.test(text) ? JSON.parse(text) : parse(text, { maxAliasCount: -1 })) as {
    paths?: Plain;
  };
  const itemOf = (value: unknown): Plain => {
    const ref = (value as { $ref?: string }).$ref;
    if (ref === undefined) return value as Plain;
    const parts = ref
      .slice(2)
      .split('/')
      .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
    return itemOf(parts.reduce((here, part) => here[part] as never, document as unknown as Plain));
  };
  return Object.entries(document.paths ?? {})
    .filter(([path]) => !path.startsWith('x-'))
    .reduce((sum, [, item]) => sum + Object.keys(itemOf(item)).filter((key) => METHODS.has(key)).length, 0);
}

/** Operations that no input can satisfy: their documents show on purpose what contradicts itself, or do so by mistake. */
const CONTRADICTORY: readonly RegExp[] = [
  /schema-types\.\w+ anything\.quirks(?:Entirely|PartiallyUsable)Incompatible/,
  /discriminators\.\w+ potentiallyUndefinedFormData/,
  /polymorphism\.\w+ oneOfComplex/,
  /shipengine-openapi\/openapi\.yaml rates\.estimateRates/,
];

function callAll(name: string, text: string, each: number): { called: number; failed: string[] } {
  const { definition } = importDocument(text);
  assert.ok(definition, name);
  const failed: string[] = [];
  let called = 0;
  let nth = 0;
  for (const [area, actions] of Object.entries(connectorFromDefinition(definition).actions)) {
    for (const [action, operation] of Object.entries(actions)) {
      nth += 1;
      if (nth % each !== 0) continue;
      try {
        const call = operation.call(sampleInput(operation));
        assert.match(call.path, /^\//, `${name} ${area}.${action}`);
        assert.doesNotMatch(call.path, /[{}]/, `${name} ${area}.${action}`);
        called += 1;
      } catch (error) {
        if ((error as Error).name !== 'ConnectorError') throw error;
        failed.push(`${name} ${area}.${action}: ${(error as Error).message}`);
      }
    }
  }
  return { called, failed };
}

const { documents, missing } = publicDocuments();

test('packages with documents of public APIs are installed', (t) => {
  for (const name of missing) t.diagnostic(`NOT CHECKED: ${name} is not installed`);
  assert.deepEqual(
    declaredPackages().filter((name) => missing.includes(name)),
    [],
  );
  assert.ok(documents.length >= (missing.length === 0 ? 25 : 3), `${documents.length} documents`);
  t.diagnostic(`${documents.length} documents`);
});

describe('every public document comes in whole, and every operation makes a call', () => {
  for (const { name, text, each } of documents) {
    test(name, () => {
      const { operations, definition } = importDocument(text);
      assert.deepEqual(operations.left, []);
      assert.equal(operations.found, plainCount(text));
      assert.equal(operations.imported, operations.found);
      const actions = Object.values(definition?.actions ?? {}).flatMap((area) => Object.keys(area));
      assert.equal(actions.length, operations.found, 'each has a name of its own');
      const { failed } = callAll(name, text, each);
      assert.deepEqual(
        failed.filter((one) => !CONTRADICTORY.some((known) => known.test(one))),
        [],
      );
    });
  }
});

const zoom = join(dirname(dirname(dirname(import.meta.dirname))), 'shared', 'reference', 'zoom', 'openapi');

test("Zoom's own documents come in whole, and every operation makes a call", (t) => {
  if (!existsSync(zoom)) {
    t.skip('NOT CHECKED: the official documents are not here');
    return;
  }
  let called = 0;
  for (const file of readdirSync(zoom)) {
    const text = readFileSync(join(zoom, file), 'utf8');
    const { operations, definition } = importDocument(text);
    assert.equal(operations.imported, plainCount(text), file);
    assert.equal(definition?.servers['api'], 'https://api.zoom.us/v2');
    const result = callAll(file, text, 1);
    assert.deepEqual(result.failed, []);
    called += result.called;
  }
  t.diagnostic(`${called} operations`);
});
