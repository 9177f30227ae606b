import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCel } from '../../src/core/expression-values.ts';
import { bareExpression, MappingError, pointerOf, readTemplate } from '../../src/core/mapping.ts';

const scope = { trigger: toCel({ name: 'Ada', n: 2, list: [1, 2], none: null, 'a-b': { '}': 'brace' } }) };
const options = { variables: ['trigger'] };

function filled(value: unknown): unknown {
  const template = readTemplate(value, options);
  assert.deepEqual(template.problems, []);
  return template.fillIn(scope);
}

test('a text that is one expression becomes its value, others become text', () => {
  assert.deepEqual(
    filled({
      typed: '${trigger.n}',
      list: '${trigger.list}',
      text: 'n is ${trigger.n}, list is ${trigger.list}',
      none: '${trigger.none}',
      literal: [1, true, null, 'plain'],
      sign: 'costs $5, $${not} and ${"${" + trigger.name}',
      braces: '${trigger["a-b"]["}"]} ${ {"x": {"y": 1}}.x.y }',
    }),
    {
      typed: 2,
      list: [1, 2],
      text: 'n is 2, list is [1,2]',
      none: null,
      literal: [1, true, null, 'plain'],
      sign: 'costs $5, ${not} and ${Ada',
      braces: 'brace 1',
    },
  );
});

test('what is optional and not there is left out, in maps and lists', () => {
  assert.deepEqual(
    filled({ a: '${trigger.?nothing}', b: ['${trigger.?nothing.?deeper}', '${trigger.?name}'] }),
    {
      b: ['Ada'],
    },
  );
  assert.equal(filled('${trigger.?nothing}'), undefined);
});

test('a gap that cannot be filled names its place and its expression', () => {
  const template = readTemplate({ 'a/b': [{ c: 'Hello ${trigger.nam}' }] }, options);
  assert.throws(
    () => template.fillIn(scope),
    (error) => {
      assert.ok(error instanceof MappingError);
      assert.equal(pointerOf(error.place), '/a~1b/0/c');
      assert.equal(error.source, 'trigger.nam');
      assert.match(error.message, /^there is no 'nam' in trigger, which has name, n/);
      assert.ok(error.missing);
      return true;
    },
  );
  const withNull = readTemplate({ a: 'Hello ${trigger.none}' }, options);
  assert.throws(() => withNull.fillIn(scope), /null cannot stand in a text: write default/);
});

test('everything that is wrong in a template is found at once', () => {
  const { problems } = readTemplate({ a: '${triger}', b: ['${1 +}', '${open'], c: '${"}' }, options);
  assert.deepEqual(
    problems.map(({ place, source }) => [pointerOf(place), source]),
    [
      ['/a', 'triger'],
      ['/b/0', '1 +'],
      ['/b/1', '${open'],
      ['/c', '${"}'],
    ],
  );
});

test('values that are nested too deeply or hold too many expressions are refused', () => {
  let deep: unknown = 'x';
  for (let i = 0; i < 60; i++) deep = [deep];
  assert.match(readTemplate(deep, options).problems[0]?.message ?? '', /more than 40 levels/);
  const many = Array.from({ length: 600 }, () => '${trigger.n}');
  const { problems } = readTemplate(many, options);
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['more than 500 expressions in one value are not read'],
  );
});

test('a condition may stand in ${…} or by itself', () => {
  assert.equal(bareExpression('${a.b == 1}'), 'a.b == 1');
  assert.equal(bareExpression('a.b == 1'), 'a.b == 1');
  assert.equal(bareExpression('"${x}"'), '"${x}"');
});
