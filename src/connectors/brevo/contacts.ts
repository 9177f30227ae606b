import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { address } from './address.ts';

/**
 * Attribute values by name. EMAIL is not among them: changing a blocklisted contact's address lifts the block
 * (Brevo FACTS 10).
 */
const attributes = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]))
  .refine((values) => !Object.keys(values).some((name) => name.toUpperCase() === 'EMAIL'), {
    error: 'EMAIL is not an attribute here: changing an address lifts the block of people who opted out',
  })
  .describe('Attribute values by name. A value of the wrong type is dropped by Brevo without a word.');

const email = address().describe('Address of the contact, such as ada@example.com.');
const listIds = z.array(z.number().int().positive()).describe('Ids of the lists to add to.');

const Contact = z.looseObject({
  id: z.number(),
  email: z.string().optional(),
  emailBlacklisted: z.boolean().default(false),
  listIds: z.array(z.number()).default([]),
  listUnsubscribed: z.array(z.number()).nullish(),
  attributes: z.record(z.string(), z.unknown()).default({}),
});

export const upsert = defineAction({
  title: 'Create or update a contact',
  docs: 'https://developers.brevo.com/reference/create-contact',
  effect: 'write',
  idempotent: true,
  budget: 'contacts',
  scopes: [],
  input: z.strictObject({
    email,
    attributes: attributes.optional(),
    listIds: listIds.optional(),
    ext_id: z.string().optional().describe('Your own id of the contact.'),
  }),
  output: z.looseObject({ created: z.boolean(), id: z.number().optional() }),
  example: { email: 'ada@example.com', attributes: { FIRSTNAME: 'Ada' }, listIds: [15] },
  // Without updateEnabled an address that exists is an error (Brevo FACTS 4).
  call: (input) => ({ method: 'POST', path: '/contacts', json: { ...input, updateEnabled: true } }),
  // 201 with an id: created; 204 without a body: updated.
  read: ({ status, body }) => ({ ...(body as object | undefined), created: status === 201 }),
});

export const updateMany = defineAction({
  title: 'Update contacts that exist',
  docs: 'https://developers.brevo.com/reference/update-batch-contacts',
  effect: 'write',
  idempotent: true,
  budget: 'contacts',
  scopes: [],
  input: z.strictObject({
    contacts: z
      .array(
        z.strictObject({
          email,
          attributes: attributes.optional(),
          listIds: listIds.optional(),
          unlinkListIds: listIds.optional().describe('Ids of the lists to take the contact off.'),
        }),
      )
      .min(1)
      .describe('People who are there already; one who is not fails them all.'),
  }),
  output: z.undefined(),
  example: { contacts: [{ email: 'ada@example.com', attributes: { FIRSTNAME: 'Ada' } }] },
  call: (json) => ({ method: 'POST', path: '/contacts/batch', json, timeoutMs: 60_000 }),
});

export const importMany = defineAction({
  title: 'Import contacts',
  docs: 'https://developers.brevo.com/reference/import-contacts',
  effect: 'write',
  idempotent: true,
  budget: 'contacts',
  scopes: [],
  input: z.strictObject({
    contacts: z
      .array(z.strictObject({ email, attributes: attributes.optional() }))
      .min(1)
      .describe('People who are there or not; at most 8 MB of JSON.'),
    listIds: listIds.min(1).describe('Lists for all of them; Brevo demands at least one.'),
  }),
  output: z.looseObject({ processId: z.number() }),
  example: { contacts: [{ email: 'ada@example.com', attributes: { FIRSTNAME: 'Ada' } }], listIds: [15] },
  call: ({ contacts, listIds: lists }) => ({
    method: 'POST',
    path: '/contacts/import',
    json: {
      jsonBody: contacts,
      listIds: lists,
      updateExistingContacts: true,
      emptyContactsAttributes: false,
      // Otherwise Brevo writes to the owner of the account after every import.
      disableNotification: true,
    },
    timeoutMs: 120_000,
  }),
});

export const get = defineAction({
  title: 'Get a contact',
  docs: 'https://developers.brevo.com/reference/get-contact-info',
  effect: 'read',
  idempotent: true,
  budget: 'contacts',
  scopes: [],
  input: z.strictObject({ email }),
  output: Contact,
  example: { email: 'ada@example.com' },
  call: (input) => ({
    method: 'GET',
    path: path`/contacts/${input.email}`,
    query: { identifierType: 'email_id' },
  }),
});

export const list = defineAction({
  title: 'List contacts',
  docs: 'https://developers.brevo.com/reference/get-contacts',
  effect: 'read',
  idempotent: true,
  budget: 'contacts',
  scopes: [],
  input: z.strictObject({
    limit: z.number().int().min(1).max(1000).optional().describe('Rows per page, at most 1,000.'),
    offset: z.number().int().min(0).optional().describe('Rows to pass over.'),
    modifiedSince: z.string().optional().describe('Only those changed since this ISO date-time.'),
    createdSince: z.string().optional().describe('Only those created since this ISO date-time.'),
    sort: z
      .enum(['asc', 'desc'])
      .optional()
      .describe('By time of creation; Brevo takes `desc` when not given.'),
  }),
  output: z.looseObject({ contacts: z.array(Contact), count: z.number() }),
  example: { limit: 1000 },
  pages: {
    kind: 'offset',
    items: 'contacts',
    param: 'offset',
    total: 'count',
    size: { param: 'limit', max: 1000 },
  },
  call: (query) => ({ method: 'GET', path: '/contacts', query }),
});

export const remove = defineAction({
  title: 'Delete a contact',
  docs: 'https://developers.brevo.com/reference/delete-contact',
  effect: 'destroy',
  idempotent: true,
  budget: 'contacts',
  scopes: [],
  input: z.strictObject({ email }),
  output: z.undefined(),
  example: { email: 'ada@example.com' },
  call: (input) => ({
    method: 'DELETE',
    path: path`/contacts/${input.email}`,
    query: { identifierType: 'email_id' },
  }),
});
