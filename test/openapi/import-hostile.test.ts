import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectorFromDefinition } from '../../src/openapi/from-json.ts';
import { importDocument, type ImportResult } from '../../src/openapi/import.ts';
import { publicDocuments } from './corpus.ts';

const head = {
  openapi: '3.1.0',
  info: { title: 'Hostile', version: '1' },
  servers: [{ url: 'https://api.example.com' }],
};
const ok = { responses: { 200: { description: '' } } };

function within(ms: number, text: string): ImportResult {
  const start = performance.now();
  const result = importDocument(text);
  const took = performance.now() - start;
  assert.ok(took < ms, `took ${Math.round(took)} ms`);
  return result;
}

test('100,000 operations come in, each under its own name', () => {
  const paths = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, i) => [
      `/things/${i}`,
      { get: { operationId: `getThing${i}`, ...ok } },
    ]),
  );
  const { operations, definition, faults } = within(30_000, JSON.stringify({ ...head, paths }));
  assert.deepEqual(operations, { found: 100_000, imported: 100_000, left: [] });
  assert.equal(Object.keys(definition?.actions['things'] ?? {}).length, 100_000);
  assert.deepEqual(faults, []);
});

test('5,000 operations of one operationId come in under names that stay', () => {
  const paths = (from: number) =>
    Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => [
        `/r/${(i + from) % 5000}`,
        { get: { operationId: 'same', ...ok } },
      ]),
    );
  const first = within(20_000, JSON.stringify({ ...head, paths: paths(0) }));
  const turned = importDocument(JSON.stringify({ ...head, paths: paths(777) }));
  const names = ({ definition }: ImportResult) =>
    Object.entries(definition?.actions['r'] ?? {})
      .map(([name, { path }]) => `${name} ${path}`)
      .toSorted();
  assert.equal(names(first).length, 5000);
  assert.deepEqual(names(turned), names(first), 'whatever the order of the document');
  assert.match(first.faults.at(-1)?.message ?? '', /^and 3999 faults more/);
});

test('a schema nested 10,000 levels deep is cut off, and the other operations come in', () => {
  const deep = `${'{"type":"object","properties":{"a":'.repeat(10_000)}{}${'}}'.repeat(10_000)}`;
  const text = JSON.stringify({
    ...head,
    paths: {
      '/deep': {
        get: { responses: { 200: { description: '', content: { 'application/json': { schema: 'DEEP' } } } } },
      },
      '/good': { get: ok },
    },
  }).replace('"DEEP"', deep);
  const { operations, faults, definition } = within(5000, text);
  assert.equal(operations.imported, 2);
  assert.ok(
    faults.some(
      ({ message, operation }) => operation === 'GET /deep' && message.includes('more than 100 levels'),
    ),
  );
  assert.ok(JSON.stringify(connectorFromDefinition(definition as never)).length > 0);
});

test('lists nested 10,000 levels deep are refused with a message, in JSON and in YAML', () => {
  const nested = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  assert.match(
    within(5000, `{"openapi":"3.1.0","x-a":${nested}}`).faults[0]?.message ?? '',
    /nested 10001 levels deep/,
  );
  const yaml = within(5000, `openapi: 3.1.0\nx-a: ${nested}\n`);
  assert.equal(yaml.definition, undefined);
  assert.match(yaml.faults[0]?.message ?? '', /nested too deeply/);
});

test('a schema that refers 20,000 schemas in a row comes in with all of them', () => {
  const schemas = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, i) => [
      `S${i}`,
      { type: 'object', properties: { next: { $ref: `#/components/schemas/S${(i + 1) % 20_000}` } } },
    ]),
  );
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/S0' } } };
  const paths = { '/a': { get: { responses: { 200: { description: '', content } } } } };
  const { definition } = within(15_000, JSON.stringify({ ...head, paths, components: { schemas } }));
  assert.equal(Object.keys(definition?.$defs ?? {}).length, 20_000);
});

test('schemas that double at every step stay as small as they are written', () => {
  const schemas = Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => {
      const next = { $ref: `#/components/schemas/S${i + 1}` };
      return [
        `S${i}`,
        i < 59 ? { allOf: [next, next] } : { type: 'object', properties: { a: { type: 'string' } } },
      ];
    }),
  );
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/S0' } } };
  const paths = { '/a': { post: { requestBody: { content }, ...ok } } };
  const { operations, definition } = within(
    5000,
    JSON.stringify({ ...head, paths, components: { schemas } }),
  );
  assert.equal(operations.imported, 1);
  assert.ok(JSON.stringify(definition).length < 20_000);
});

test('names that every object has are names like others', () => {
  const text = JSON.stringify({
    ...head,
    paths: {
      '/constructor/{toString}': {
        get: {
          operationId: 'valueOf',
          parameters: [{ name: 'hasOwnProperty', in: 'query', schema: { type: 'string' } }],
          ...ok,
        },
      },
      '/proto': { get: { operationId: '__proto__/then', ...ok } },
    },
  });
  const { definition, operations } = importDocument(text);
  assert.equal(operations.imported, 2);
  assert.deepEqual(Object.keys(definition?.actions ?? {}), ['constructorArea', 'proto']);
  assert.deepEqual(Object.keys(definition?.actions['constructorArea'] ?? {}), ['valueOfIt']);
  assert.deepEqual(Object.keys(definition?.actions['proto'] ?? {}), ['thenIt']);
  assert.equal(({} as Record<string, unknown>)['type'], undefined);
});

test('a text that is too large is refused before it is read', () => {
  const [fault] = importDocument(' '.repeat(64 * 1024 * 1024 + 1)).faults;
  assert.match(fault?.message ?? '', /has 67108865 characters; at most 67108864 are read/);
  const yaml = importDocument(`openapi: 3.1.0\n${'# a comment\n'.repeat(1_500_000)}`).faults;
  assert.match(yaml[0]?.message ?? '', /in YAML may have .* convert it to JSON/);
});

test('what is no document at all is named', () => {
  for (const text of [
    '',
    ' \n',
    '42',
    '"text"',
    '[]',
    'null',
    '{}',
    '\u0000\u0001',
    '%PDF-1.7',
    '{"info":{"_postman_id":"1"}}',
    '---\n---\n',
    '!!binary x',
    '*a',
    '&a *a',
    '? : ?',
    '{"openapi":null}',
  ]) {
    const { definition, faults } = importDocument(text);
    assert.equal(definition, undefined, text);
    assert.equal(faults.length > 0 && faults.every(({ message }) => message.length > 10), true, text);
  }
});

/** Numbers that look like chance and are the same each time (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  Infinity,
  '',
  'text',
  '__proto__',
  '#/',
  '#',
  '../x',
  [],
  {},
  [null],
  { $ref: '#' },
  { $ref: 1 },
  { type: 'x' },
];

/** The document with some of its values exchanged, doubled, moved or taken away. */
function mutate(document: unknown, roll: (sides: number) => number): unknown {
  const copy = structuredClone(document);
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push({ holder: value as Record<string, unknown>, key });
      collect((value as Record<string, unknown>)[key]);
    }
  };
  collect(copy);
  for (let n = 1 + roll(4); n > 0; n--) {
    const { holder, key } = places[roll(places.length)] as (typeof places)[number];
    const other = places[roll(places.length)] as (typeof places)[number];
    const change = roll(4);
    if (change === 0) delete holder[key];
    else if (change === 1) holder[key] = structuredClone(ODD[roll(ODD.length)]);
    else if (change === 2) holder[key] = structuredClone(other.holder[other.key]);
    else holder[`${key}${roll(10)}`] = holder[key];
  }
  return copy;
}

describe('a document with mistakes of any kind never crashes an import', () => {
  const small = publicDocuments().documents.filter(
    ({ text, name }) => text.length < 60_000 && name.endsWith('.json'),
  );
  const seeds = [
    {
      ...head,
      paths: {
        '/a/{id}': {
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^a+$' } },
          ],
          post: {
            operationId: 'a.b',
            requestBody: {
              content: {
                'multipart/form-data': {
                  schema: { allOf: [{ $ref: '#/components/schemas/A' }] },
                  encoding: { a: { contentType: 'a/b', headers: { X: { schema: { const: 1 } } } } },
                },
              },
            },
            responses: { 200: { $ref: '#/components/responses/R' } },
            security: [{ s: ['x'] }],
            servers: [{ url: 'https://{a}.example.com', variables: { a: { default: 'b', enum: ['b'] } } }],
          },
        },
      },
      components: {
        schemas: {
          A: {
            type: 'object',
            properties: {
              a: { $ref: '#/components/schemas/A' },
              b: {
                oneOf: [{ type: 'string' }, { type: 'integer' }],
                'x-ms-dynamic-values': { operationId: 'a.b', 'value-path': 'id' },
              },
            },
          },
        },
        responses: {
          R: {
            description: '',
            content: {
              'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/A' } } },
            },
          },
        },
        securitySchemes: {
          s: {
            type: 'oauth2',
            flows: {
              authorizationCode: {
                authorizationUrl: 'https://a.example.com',
                tokenUrl: '/t',
                scopes: { x: '' },
              },
            },
          },
        },
      },
    },
    ...small.map(({ text }) => JSON.parse(text.replace(/^\uFEFF/, '')) as unknown),
  ];
  test(`${seeds.length} documents, mutated`, () => {
    const roll = dice(20260131);
    for (let run = 0; run < 350; run++) {
      const document = mutate(seeds[run % seeds.length], roll);
      const text = JSON.stringify(document) ?? '';
      const { definition, operations, faults } = within(5000, text);
      assert.equal(operations.imported + operations.left.length, operations.found, text.slice(0, 500));
      for (const { message, line, pointer } of faults) {
        assert.ok(message.length > 5);
        if (pointer !== undefined) assert.ok(line !== undefined && line > 0, `${pointer} has no line`);
      }
      if (definition) connectorFromDefinition(definition);
    }
  });

  test('texts cut off or with a character exchanged', () => {
    const roll = dice(7);
    const texts = [
      JSON.stringify(seeds[0], null, 1),
      'openapi: 3.1.0\ninfo: { title: x, version: "1" }\npaths:\n  /a:\n    get: &g\n      responses: { "200": { description: ok } }\n  /b: { get: *g }\n',
    ];
    for (let run = 0; run < 350; run++) {
      const text = texts[run % 2] as string;
      const at = roll(text.length);
      const odd = '{}[]:,&*!|>\'"%@`#-? \n\t\\\u0000a'[roll(26)] as string;
      const { faults, definition } = within(
        5000,
        run % 3 === 0 ? text.slice(0, at) : text.slice(0, at) + odd + text.slice(at + roll(3)),
      );
      assert.ok(definition !== undefined || faults.length > 0);
    }
  });
});
