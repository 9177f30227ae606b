import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Trunkline } from '../../src/index.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { sdk } from './stage.ts';

async function seed(box: Sandbox, contacts: object[]): Promise<void> {
  const answer = await fetch(`${box.url}/__sandbox/brevo`, {
    method: 'POST',
    body: JSON.stringify({ contacts }),
  });
  assert.equal(answer.status, 200, await answer.text());
}

async function contactOf(trunkline: Trunkline, email: string) {
  const brevo = await trunkline.connectors.connect('brevo');
  return brevo.contacts.get({ email });
}

async function faultsOf(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConnectorError, String(error));
  assert.equal(error.kind, 'input');
  return error.fields.map(({ field, message }) => `${field}: ${message}`);
}

test('one person goes over with attributes and lists; a time becomes the day of a date', async (t) => {
  const { trunkline, calls } = await sdk(t);
  const attributes = {
    FIRSTNAME: 'Ada',
    MEETING_DURATION: 45,
    MEETING_JOIN_DATE: '2026-11-20T09:03:12Z',
    WEBINAR_NAME: undefined,
    IS_CUSTOMER: true,
    LIFECYCLE: 'Lead',
    INTERESTS: ['Pricing', 'Training'],
  };
  const first = await trunkline.contacts.sync({ email: ' Ada@Example.com', attributes, listIds: [15, 15] });
  assert.deepEqual(first, {
    email: 'ada@example.com',
    created: true,
    attributes: {
      FIRSTNAME: 'Ada',
      MEETING_DURATION: 45,
      MEETING_JOIN_DATE: '2026-11-20',
      IS_CUSTOMER: true,
      LIFECYCLE: 'Lead',
      INTERESTS: ['Pricing', 'Training'],
    },
    listIds: [15],
    optedOut: false,
    listsLeftOut: [],
  });
  const again = await trunkline.contacts.sync({ email: 'ada@example.com', attributes: { COMPANY: 'Acme' } });
  assert.equal(again.created, false);
  const contact = await contactOf(trunkline, 'ada@example.com');
  assert.equal(contact.attributes['MEETING_JOIN_DATE'], '2026-11-20');
  assert.equal(contact.attributes['MEETING_DURATION'], 45);
  assert.equal(contact.attributes['COMPANY'], 'Acme');
  assert.deepEqual(contact.listIds, [15]);
  // The account is read once; a person costs one look and one write.
  const seen = await calls();
  assert.equal(seen['GET /contacts/attributes'], 1);
  assert.equal(seen['POST /contacts'], 2);
});

test('who said no to mail is put on no list and stays blocked; who left a list is not put back', async (t) => {
  const { box, trunkline } = await sdk(t);
  await seed(box, [
    { email: 'no@example.com', emailBlacklisted: true },
    { email: 'left@example.com', listUnsubscribed: [15] },
  ]);
  const no = await trunkline.contacts.sync({
    email: 'no@example.com',
    attributes: { FIRSTNAME: 'Noa' },
    listIds: [15],
  });
  assert.deepEqual([no.optedOut, no.listIds, no.listsLeftOut], [true, [], [15]]);
  const left = await trunkline.contacts.sync({ email: 'left@example.com', listIds: [15, 16] });
  assert.deepEqual([left.optedOut, left.listIds, left.listsLeftOut], [false, [16], [15]]);
  const blocked = await contactOf(trunkline, 'no@example.com');
  assert.equal(blocked.emailBlacklisted, true);
  assert.equal(blocked.attributes['FIRSTNAME'], 'Noa');
  assert.deepEqual(blocked.listIds, []);
  assert.deepEqual((await contactOf(trunkline, 'left@example.com')).listIds, [16]);
});

test('what Brevo would drop is an error that names every value, and nothing is sent', async (t) => {
  const { trunkline, calls } = await sdk(t);
  const attributes = {
    FIRSTNAME: 7,
    MEETING_DURATION: '45',
    MEETING_JOIN_DATE: '2026-02-30',
    IS_CUSTOMER: 'yes',
    LIFECYCLE: 'Friend',
    INTERESTS: ['Sports'],
    firstname: 'Ada',
    SHOE_SIZE: 42,
    CONTACTS_BLOCKED: 1,
    EMAIL: 'other@example.com',
  };
  assert.deepEqual(
    await faultsOf(trunkline.contacts.sync({ email: 'ada@example.com', attributes, listIds: [15, 99] })),
    [
      'attributes.FIRSTNAME: expected a text, got the number 7',
      'attributes.MEETING_DURATION: expected a number, got "45"',
      'attributes.MEETING_JOIN_DATE: expected a day such as 2026-11-21, or an ISO time, got "2026-02-30"',
      'attributes.IS_CUSTOMER: expected true or false, got "yes"',
      `attributes.LIFECYCLE: expected one of 'Lead', 'Customer', 'Partner', got "Friend"`,
      `attributes.INTERESTS: expected a list out of 'Product', 'Pricing', 'Training', got ["Sports"]`,
      'attributes.firstname: the account has no such attribute; did you mean FIRSTNAME?',
      'attributes.SHOE_SIZE: the account has no such attribute',
      'attributes.CONTACTS_BLOCKED: the attribute cannot be set',
      'attributes.EMAIL: an address is never changed: the person is the one of `email`',
      `listIds: the account has no list 99; it has 17 'Zoom webinar registrants', 16 'Zoom webinar attendees', 15 'Zoom meeting participants', 4 'Newsletter'`,
    ],
  );
  assert.deepEqual(await faultsOf(trunkline.contacts.sync({ email: 'guest' })), [
    'email: expected an e-mail address, got "guest"',
  ]);
  assert.equal((await calls())['POST /contacts'], undefined);
});

test('an attribute that was made after the account was read is found', async (t) => {
  const { trunkline } = await sdk(t);
  await trunkline.contacts.sync({ email: 'ada@example.com' });
  const brevo = await trunkline.connectors.connect('brevo');
  await brevo.attributes.create({ category: 'normal', name: 'SHOE_SIZE', type: 'float' });
  await trunkline.contacts.sync({ email: 'ada@example.com', attributes: { SHOE_SIZE: 42 } });
  assert.equal((await contactOf(trunkline, 'ada@example.com')).attributes['SHOE_SIZE'], 42);
});
