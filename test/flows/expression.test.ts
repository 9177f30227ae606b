import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functions } from '../../src/core/expression-functions.ts';
import { fromCel, toCel } from '../../src/core/expression-values.ts';
import { ExpressionError, parseExpression } from '../../src/core/expression.ts';
import { bounded } from '../../src/flows/bounded.ts';

const scope = {
  trigger: toCel({
    body: { name: ' Ada ', n: 7, price: 10.5, none: null, list: [3, 1, 3], big: '12345678901234567890' },
    when: '2026-03-29T01:30:00Z',
  }),
  steps: toCel({ first: { output: { id: 9007199254740993n } } }),
  now: new Date('2026-01-31T10:00:00Z'),
};
const options = {
  variables: ['trigger', 'steps', 'now'],
  members: { steps: { names: ['first'], what: 'step before this one' } },
};

function value(source: string): unknown {
  return fromCel(parseExpression(source, options).evaluate(scope));
}

function refusal(source: string): string {
  try {
    return `gave ${JSON.stringify(value(source))}`;
  } catch (error) {
    assert.ok(error instanceof ExpressionError, String(error));
    return error.message;
  }
}

/** Expression and value, as one table: what users may rely on. */
const TABLE: readonly (readonly [string, unknown])[] = [
  ['trigger.body.n + 1', 8],
  ['trigger.body.n == 7.0', true],
  // JSON does not tell 10 from 10.0, so numbers of both kinds go together.
  ['trigger.body.price * trigger.body.n', 73.5],
  ['trigger.body.n / 2', 3],
  ['trigger.body.n / 2.0', 3.5],
  ['trigger.body.n - 0.5', 6.5],
  // All digits of an id survive, as text as everywhere else.
  ['trigger.body.big', '12345678901234567890'],
  ['number("9007199254740993") + 1', '9007199254740994'],
  ['steps.first.output.id', '9007199254740993'],
  ['string(steps.first.output.id)', '9007199254740993'],
  ['9223372036854775807', '9223372036854775807'],
  ['now', '2026-01-31T10:00:00Z'],
  ['duration("90s")', '90s'],
  ['b"hi"', 'aGk='],
  ['{"a": 1, "b": ["x", 2.5]}', { a: 1, b: ['x', 2.5] }],
  ['has(trigger.body.name) && !has(trigger.body.nothing)', true],
  ['trigger.body.?nothing.orValue("-")', '-'],
  ['default(trigger.body.nothing, trigger.body.none, "", "last")', 'last'],
  ['default(trigger.body.list[9], 1)', 1],
  ['trigger.body.list.filter(i, i > 1).map(i, i * 2)', [6, 6]],
  ['lower("ÄB") + upper("c")', 'äbC'],
  ['trim(trigger.body.name)', 'Ada'],
  ['split("a;b", ";")', ['a', 'b']],
  ['join(trigger.body.list, "-")', '3-1-3'],
  ['replace("a.b.c", ".", "$&")', 'a$&b$&c'],
  ['unique(trigger.body.list)', [3, 1]],
  ['sum(trigger.body.list)', 7],
  ['sum([1, 2.5])', 3.5],
  ['round(2.5)', 3],
  ['number(" 42 ") + 1', 43],
  ['json({"a": [1]})', '{"a":[1]}'],
  ['fromJson("{\\"a\\": 1}").a + 1', 2],
  ['size(trigger.body.list)', 3],
  ['base64("hé") + fromBase64("aMOp")', 'aMOphé'],
  ['urlEncode("a b&c/d")', 'a%20b%26c%2Fd'],
  ['sha256("abc")', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['uuid("abc") == uuid("abc") && uuid("abc") != uuid("abd")', true],
  ['email(" Ada@Example.COM ")', 'ada@example.com'],
  ['phone("030 / 1234-567", "49")', '+49301234567'],
  ['phone("+49 (0) 30 1234567", "1")', '+49301234567'],
  ['phone("0044 20 7946 0018", "49")', '+442079460018'],
  ['phone("06 1234 5678", "+39")', '+390612345678'],
  ['date("2026-03-29T02:30:00", "Europe/Berlin")', '2026-03-29T01:30:00Z'],
  ['date("2026-07-01 09:00", "America/New_York")', '2026-07-01T13:00:00Z'],
  ['date("2026-07-01")', '2026-07-01T00:00:00Z'],
  ['date(1767225600000)', '2026-01-01T00:00:00Z'],
  ['date("Wed, 01 Jul 2026 09:00:00 +0200")', '2026-07-01T07:00:00Z'],
  ['format(date(trigger.when), "EEE dd.MM.yyyy HH:mm XXX", "Europe/Berlin")', 'Sun 29.03.2026 03:30 +02:00'],
  [`format(now, "yyyy-MM-dd'T'HH:mm:ss.SSS MMMM")`, '2026-01-31T10:00:00.000 January'],
  ['plus(now, 1, "month")', '2026-02-28T10:00:00Z'],
  ['plus(now, -2, "weeks")', '2026-01-17T10:00:00Z'],
  ['plus(date("2024-02-29"), 1, "years")', '2025-02-28T00:00:00Z'],
  ['now + duration("1h") > now', true],
];

test('expressions give what the documentation says', () => {
  for (const [source, expected] of TABLE) assert.deepEqual(value(source), expected, source);
});

test('every function is in the table, and says what it does', () => {
  for (const { signature, says } of functions) {
    const name = signature.slice(0, signature.indexOf('('));
    assert.ok(
      TABLE.some(([source]) => source.includes(`${name}(`)),
      name,
    );
    assert.match(says, /^[A-Z].{10,}\.$/, name);
  }
});

test('what is wrong is said when the flow is saved, where that can be known', () => {
  const wrong = (source: string): string => {
    try {
      parseExpression(source, options);
      return 'nothing is wrong';
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.equal(wrong('triger.body'), "there is no 'triger': there is trigger, steps, now");
  assert.equal(wrong('steps.second.output'), "'second' is no step before this one: there is first");
  assert.equal(wrong('steps["second"]'), "'second' is no step before this one: there is first");
  assert.equal(wrong('1 + "a"'), 'types do not go together: int + string');
  assert.equal(wrong('nope(1)'), 'there is no function nope(int)');
  assert.match(wrong('(1'), /^expected RPAREN, got EOF/);
  assert.equal(wrong(' '), 'the expression is empty');
  assert.match(wrong(`"${'x'.repeat(5000)}"`), /5002 characters; at most 4000/);
  assert.match(wrong('[1].map(a, [1].map(b, [1].map(c, [1].map(d, 1))))'), /more than 3 loops/);
  assert.match(wrong('process.env.HOME'), /there is no 'process'/);
});

test('what is missing in the data is named, with what there is instead', () => {
  assert.equal(
    refusal('trigger.body.nam'),
    "there is no 'nam' in trigger.body, which has name, n, price, none, list, big",
  );
  assert.equal(refusal('trigger.body.name.first'), "there is no 'first' in trigger.body.name, which is text");
  assert.equal(refusal('trigger.body.list[7]'), 'there is no [7] in trigger.body.list, which is a list of 3');
  assert.equal(refusal('trigger.body.none.x'), "there is no 'x' in trigger.body.none, which is null");
  assert.equal(refusal('trigger.body.list.map(i, i.x)'), "there is no 'x' in i");
  assert.equal(refusal('lower(trigger.body.n)'), 'lower() takes text, and got a whole number');
  assert.equal(refusal('trigger.body.name + 1'), 'types do not go together: string + int');
  assert.match(refusal('date("tomorrow")'), /"tomorrow" is no time: write it such as/);
  assert.match(refusal('date("2026-02-30")'), /is no time/);
  assert.match(refusal('format(now, "HH", "Mars/Base")'), /no time zone 'Mars\/Base'/);
  assert.match(refusal('plus(now, 1, "fortnight")'), /is no unit of time/);
  assert.match(refusal('email("ada")'), /takes an e-mail address/);
  assert.match(refusal('phone("12", "49")'), /takes a telephone number/);
  assert.equal(refusal('1 / 0'), 'division by zero');
});

test('an expression reaches nothing of JavaScript', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'valueOf']) {
    assert.match(refusal(`trigger.${name}`), /^there is no /, name);
    assert.match(refusal(`trigger.body.list.${name}`), /^there is no /, name);
  }
});

test('what takes too long is ended in its middle', () => {
  const slow = parseExpression('trigger.matches("^(a+)+$")', { variables: ['trigger'] });
  const began = Date.now();
  assert.throws(
    () => bounded(() => slow.evaluate({ trigger: `${'a'.repeat(40)}!` }), 50),
    /longer than 50 ms/,
  );
  assert.ok(Date.now() - began < 5000);
  assert.equal(
    bounded(() => slow.evaluate({ trigger: 'aaa' })),
    true,
  );
});
