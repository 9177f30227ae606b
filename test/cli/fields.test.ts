import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { fieldsOf, kebab, parseField } from '../../src/cli/fields.ts';
import { toJsonSchema } from '../../src/core/schema.ts';

const OWN = new Set(['input', 'json', 'all']);
const fields = fieldsOf(
  toJsonSchema(
    z.strictObject({
      page_size: z.number().int().optional(),
      meetingId: z.union([z.string(), z.number().int()]),
      status: z.enum(['active', 'pending']).optional().describe('One at a time.'),
      show_previous: z.boolean().optional(),
      listIds: z.array(z.number()).optional(),
      people: z.array(z.object({ email: z.string() })).optional(),
      attributes: z.record(z.string(), z.unknown()).optional(),
      json: z.string().optional(),
      page__size: z.string().optional(),
      no_index: z.boolean().optional(),
      anything: z.unknown(),
    }),
    'input',
  ),
  OWN,
);
const field = (name: string) => {
  const found = fields.find((one) => one.name === name);
  assert.ok(found, name);
  return found;
};

test('camel case and snake case both become kebab case', () => {
  assert.equal(kebab('meetingId'), 'meeting-id');
  assert.equal(kebab('page_size'), 'page-size');
  assert.equal(kebab('X-Request_ID'), 'x-request-id');
});

test('what must be given comes first', () => {
  assert.equal(fields[0]?.name, 'meetingId');
});

test('a flag that would be mistaken for another gets a name of its own', () => {
  assert.equal(field('json').flag, 'input-json');
  assert.equal(field('page__size').flag, 'input-page-size');
  assert.equal(field('no_index').flag, 'input-no-index');
});

test('values are read as the schema wants them', () => {
  assert.equal(parseField(field('page_size'), '30'), 30);
  assert.equal(parseField(field('meetingId'), '857 4606 5432'), '857 4606 5432');
  assert.equal(parseField(field('show_previous'), 'false'), false);
  assert.deepEqual(parseField(field('listIds'), '15'), [15]);
  assert.deepEqual(parseField(field('listIds'), '[15, 16]'), [15, 16]);
  assert.deepEqual(parseField(field('people'), '{"email":"a@b.c"}'), [{ email: 'a@b.c' }]);
  assert.deepEqual(parseField(field('attributes'), '{"FIRSTNAME":"Ada"}'), { FIRSTNAME: 'Ada' });
  assert.equal(parseField(field('anything'), 'true'), true);
  assert.equal(parseField(field('anything'), 'word'), 'word');
});

test('what does not fit stays text, so that the check of the input names it', () => {
  assert.equal(parseField(field('page_size'), 'many'), 'many');
  assert.equal(parseField(field('page_size'), '9007199254740993'), '9007199254740993');
  assert.equal(parseField(field('attributes'), '{'), '{');
});

test('kinds are found through references, also where schemas lead in circles', () => {
  const either = Array.from({ length: 9 }, () => ({ $ref: '#/$defs/Filter' }));
  const $defs = {
    Filter: {
      type: 'object',
      properties: { and: { type: 'array', items: { $ref: '#/$defs/Filter' } } },
      oneOf: either,
    },
    Count: { allOf: [{ $ref: '#/$defs/Number' }] },
    Number: { type: ['integer', 'null'] },
    Itself: { $ref: '#/$defs/Itself' },
  };
  const to = (name: string) => ({ $ref: `#/$defs/${name}` });
  const properties = {
    filter: to('Filter'),
    count: to('Count'),
    counts: { type: 'array', items: to('Count') },
    itself: to('Itself'),
    either: { anyOf: [{ type: 'string' }, to('Filter')] },
    yes: { const: true },
    level: { enum: [1, 2] },
  };
  const kinds = fieldsOf({ type: 'object', properties, $defs }, new Set()).map(({ name, kind, item }) => [
    name,
    kind,
    item,
  ]);
  assert.deepEqual(kinds, [
    ['filter', 'json', undefined],
    ['count', 'number', undefined],
    ['counts', 'list', 'number'],
    ['itself', 'json', undefined],
    ['either', 'any', undefined],
    ['yes', 'boolean', undefined],
    ['level', 'number', undefined],
  ]);
});
