import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTRIBUTES } from '../../src/sandbox/brevo/account.ts';
import { fit } from '../../src/sandbox/brevo/attribute-values.ts';

type Row = [attribute: string, value: unknown, source: 'json' | 'csv', outcome: unknown];

const DROP = Symbol('drop');
const CLEAR = Symbol('clear');
const REFUSE = Symbol('refuse');

const ROWS: Row[] = [
  ['FIRSTNAME', 'Ada', 'json', 'Ada'],
  ['FIRSTNAME', 7, 'json', DROP],
  ['FIRSTNAME', true, 'json', DROP],
  ['FIRSTNAME', null, 'json', DROP],
  ['FIRSTNAME', { a: 1 }, 'json', DROP],
  ['FIRSTNAME', '', 'json', CLEAR],
  ['MEETING_JOIN_DATE', '2026-02-28', 'json', '2026-02-28'],
  ['MEETING_JOIN_DATE', '2026-02-30', 'json', DROP],
  ['MEETING_JOIN_DATE', '2026-2-8', 'json', DROP],
  ['MEETING_JOIN_DATE', '28-02-2026', 'json', DROP],
  ['MEETING_JOIN_DATE', '2026-02-28T10:00:00Z', 'json', DROP],
  ['MEETING_JOIN_DATE', 1_772_000_000, 'json', DROP],
  ['MEETING_DURATION', 42.5, 'json', 42.5],
  ['MEETING_DURATION', '42.5', 'json', DROP],
  ['MEETING_DURATION', '42.5', 'csv', 42.5],
  ['MEETING_DURATION', 'long', 'csv', DROP],
  ['IS_CUSTOMER', false, 'json', false],
  ['IS_CUSTOMER', 'false', 'json', DROP],
  ['IS_CUSTOMER', 'yes', 'csv', true],
  ['IS_CUSTOMER', 'maybe', 'csv', DROP],
  ['LIFECYCLE', 2, 'json', 2],
  ['LIFECYCLE', '2', 'json', 2],
  ['LIFECYCLE', 'customer', 'json', 2],
  ['LIFECYCLE', 'Stranger', 'json', DROP],
  ['INTERESTS', ['Product', 'Training'], 'json', ['Product', 'Training']],
  ['INTERESTS', ['Product', 'Gossip'], 'json', DROP],
  ['INTERESTS', 'Product', 'json', DROP],
  ['INTERESTS', 'Product, Training', 'csv', ['Product', 'Training']],
  ['ACCOUNT_OWNER', 'owner@sandbox.example', 'json', 'owner@sandbox.example'],
  ['CONTACTS_BLOCKED', 3, 'json', DROP],
  ['SMS', '+33612345678', 'json', '33612345678'],
  ['SMS', '0033612345678', 'json', '33612345678'],
  ['SMS', '33 6 12 34 56 78', 'json', '33612345678'],
  ['SMS', '0612345678', 'json', REFUSE],
  ['SMS', 'call me', 'json', REFUSE],
  ['SMS', '', 'json', CLEAR],
  ['LANDLINE_NUMBER', '+33112345678', 'json', '33112345678'],
];

for (const [name, value, source, outcome] of ROWS) {
  const became = typeof outcome === 'symbol' ? outcome.description : JSON.stringify(outcome);
  void test(`${name} with ${JSON.stringify(value)} from ${source} becomes ${became}`, () => {
    const definition = ATTRIBUTES.find((attribute) => attribute.name === name);
    assert.ok(definition);
    const kind = typeof outcome === 'symbol' ? outcome.description : 'keep';
    assert.deepEqual(fit(definition, value, source), kind === 'keep' ? { kind, value: outcome } : { kind });
  });
}
