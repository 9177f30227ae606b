import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneLine, table, textWidth, wrapText } from '../../src/cli/layout.ts';

test('text is as wide as it looks', () => {
  assert.equal(textWidth('abc'), 3);
  assert.equal(textWidth('匿名'), 4);
  assert.equal(textWidth('Zoë 🦊'), 6);
  assert.equal(textWidth('e\u0301'), 1);
  assert.equal(textWidth('\u001B[32mok\u001B[39m'), 2);
});

test('columns stay aligned beside wide letters', () => {
  const text = table(
    [{ title: 'NAME' }, { title: 'N', align: 'right' }],
    [
      ['匿名', '7'],
      ['Ada', '12'],
    ],
    80,
  );
  assert.equal(text, 'NAME   N\n匿名   7\nAda   12');
});

test('a table that is too wide wraps its wrapping column and nothing else', () => {
  const text = table(
    [{ title: 'ID' }, { title: 'SAYS', wrap: true }],
    [['meetings.participants', 'List everybody who was there, each time']],
    44,
  );
  assert.equal(
    text,
    [
      'ID                     SAYS',
      'meetings.participants  List everybody who',
      '                       was there, each time',
    ].join('\n'),
  );
});

test('indented lines stay indented, and long words whole', () => {
  assert.deepEqual(wrapText('  one two three', 9), ['  one two', '  three']);
  assert.deepEqual(wrapText('see https://example.com/long now', 10), [
    'see',
    'https://example.com/long',
    'now',
  ]);
});

test('one line is cut with an ellipsis', () => {
  assert.equal(oneLine('reading who was there', 10), 'reading w…');
  assert.equal(oneLine('short', 10), 'short');
});
