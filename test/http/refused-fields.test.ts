import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusedFields } from '../../src/http/refused-fields.ts';

const redact = (text: string) => text.replaceAll('hush', '***');
const of = (value: unknown) =>
  refusedFields(value, redact).map(({ field, message }) => `${field}: ${message}`);

test('refused fields are read as the systems of the world tell them', () => {
  for (const [who, value, wanted] of [
    ['Zoom', [{ field: 'settings.x', message: 'Invalid field.' }], ['settings.x: Invalid field.']],
    [
      'RFC 9457',
      [
        { detail: 'must be a positive integer', pointer: '#/age' },
        { detail: "must be 'green', 'red' or 'blue'", pointer: '#/profile/color~1ink' },
      ],
      ['age: must be a positive integer', "profile.color/ink: must be 'green', 'red' or 'blue'"],
    ],
    [
      'JSON:API',
      [
        {
          status: '422',
          source: { pointer: '/data/attributes/name' },
          title: 'Invalid',
          detail: 'Too short.',
        },
        { source: { parameter: 'include' }, title: 'Invalid Query Parameter' },
      ],
      ['data.attributes.name: Too short.', 'include: Invalid Query Parameter'],
    ],
    [
      'FastAPI',
      [{ loc: ['body', 'items', 0, 'price'], msg: 'value is not a valid float', type: 'type_error.float' }],
      ['items.0.price: value is not a valid float'],
    ],
    ['RFC 7807', [{ name: 'age', reason: 'must be positive' }], ['age: must be positive']],
    [
      'ASP.NET',
      { Email: ['The Email field is required.', 'It is hush.'], Age: ['Too old.'] },
      ['Email: The Email field is required.', 'Email: It is ***.', 'Age: Too old.'],
    ],
    ['GitHub', [{ resource: 'Issue', field: 'title', code: 'missing_field' }], ['title: missing_field']],
    ['one text by field', { email: 'is taken' }, ['email: is taken']],
    ['no field', [{ message: 'Something hush.' }], [': Something ***.']],
  ] as const) {
    assert.deepEqual(of(value), wanted, who);
  }
});

test('what says nothing of fields gives none, and much gives a part', () => {
  for (const value of [undefined, null, 'no', 7, [], {}, [null, 3, 'x', {}], { a: { b: 'c' }, n: 4 }]) {
    assert.deepEqual(of(value), [], JSON.stringify(value));
  }
  const many = Array.from({ length: 5000 }, (_, i) => ({ field: `f${i}`, message: 'no' }));
  assert.equal(of(many).length, 100);
  assert.equal(of(Object.fromEntries(many.map(({ field, message }) => [field, message]))).length, 100);
});
