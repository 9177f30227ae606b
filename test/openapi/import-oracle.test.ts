import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BaseResolver, createConfig, getLineColLocation, lintFromString } from '@redocly/openapi-core';
import { upgrade } from '@scalar/openapi-upgrader';
import { parse } from 'yaml';
import { importDocument } from '../../src/openapi/import.ts';
import { publicDocuments } from './corpus.ts';

/** Follows nothing: the validator would read files and addresses. */
class Closed extends BaseResolver {
  override loadExternalRef(ref: string): never {
    throw new Error(`${ref} is not followed`);
  }
}

const invalid = join(import.meta.dirname, '../fixtures/openapi/invalid');

describe('what a validator of others finds is found here, on the same line', () => {
  for (const file of ['many-faults.yaml', 'servers.yaml', 'swagger-faults.yaml']) {
    test(file, async () => {
      const source = readFileSync(join(invalid, file), 'utf8');
      const config = await createConfig({
        rules: {
          struct: 'error',
          'no-unresolved-refs': 'error',
          'path-parameters-defined': 'error',
          'operation-operationId-unique': 'error',
          'security-defined': 'error',
        },
      });
      const found = await lintFromString({ source, config, externalRefResolver: new Closed() });
      const lines = new Set(importDocument(source).faults.map(({ line }) => line));
      const missed = found
        // An operation may say that it needs nothing by saying nothing.
        .filter(
          ({ ruleId, message }) => !(ruleId === 'security-defined' && message.startsWith('Every operation')),
        )
        .flatMap(({ message, location }) => {
          const [first] = location;
          const line = first === undefined ? 0 : getLineColLocation(first).start.line;
          return lines.has(line) ? [] : [`${line}: ${message}`];
        });
      assert.ok(found.length > 2, 'the validator found something');
      assert.deepEqual(missed, []);
    });
  }
});

/** What an import makes, without the parts that an upgrade writes otherwise on purpose. */
function gist(text: string): unknown {
  const { definition } = importDocument(text);
  const actions = Object.entries(definition?.actions ?? {}).flatMap(([area, all]) =>
    Object.entries(all).map(([name, { method, path, parameters, body, server }]) => [
      `${area}.${name}`,
      {
        method,
        path,
        server,
        parameters: parameters.map(({ name: one, in: place, style, explode, required }) => ({
          one,
          place,
          style,
          explode,
          required,
        })),
      },
      { spread: body?.spread, types: body?.contents.map(({ type }) => type).toSorted() },
    ]),
  );
  return { actions, servers: definition?.servers, auth: definition?.auth, auths: definition?.auths };
}

describe('a document comes in as it does after an upgrade by others', () => {
  const names =
    /(?:2\.0|3\.0)\/json\/(?:petstore|uspto|parameters-style|security|file-uploads|server-variables)[\w-]*\.json$/;
  const { documents } = publicDocuments();
  for (const { name, text } of documents.filter((one) => names.test(one.name))) {
    test(name, () => {
      const upgraded = JSON.stringify(upgrade(parse(text) as never, '3.1'));
      assert.deepEqual(gist(upgraded), gist(text));
    });
  }
});
