import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { address } from './address.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const name = z
  .string()
  .regex(NAME, 'expected letters, digits, - and _')
  .describe('Name of the event, such as webinar_attended.');
const properties = z
  .record(z.string().regex(NAME, 'expected letters, digits, - and _'), z.union([z.string(), z.number()]))
  .describe('What to remember of it; at most 50 KB.');

const Event = z.strictObject({
  event_name: name,
  event_date: z.string().optional().describe('When it happened, ISO 8601; now when not given.'),
  identifiers: z
    .strictObject({
      email_id: address().optional().describe('Address of the contact.'),
      ext_id: z.string().optional().describe('Your own id of the contact.'),
      contact_id: z.number().int().optional().describe("Brevo's id of the contact."),
    })
    .describe('Whom it happened to.'),
  event_properties: properties.optional(),
});

const example = {
  event_name: 'webinar_attended',
  event_date: '2026-10-07T15:00:00Z',
  identifiers: { email_id: 'ada@example.com' },
  event_properties: { topic: 'Launch', minutes: 42 },
};

export const create = defineAction({
  title: 'Send an event',
  docs: 'https://developers.brevo.com/reference/create-event',
  effect: 'write',
  // No key and no deduplication at Brevo's: sent twice, it happened twice (Brevo FACTS 7).
  idempotent: false,
  budget: 'events',
  scopes: [],
  input: Event,
  output: z.undefined(),
  example,
  call: (json) => ({ method: 'POST', path: '/events', json }),
  read: () => undefined,
});

export const createMany = defineAction({
  title: 'Send events',
  docs: 'https://developers.brevo.com/reference/create-batch-events',
  effect: 'write',
  idempotent: false,
  budget: 'events',
  scopes: [],
  input: z.strictObject({
    events: z.array(Event).min(1).max(200).describe('At most 200, and at most 512 KB.'),
  }),
  output: z.looseObject({
    errors: z
      .array(z.looseObject({ eventIndex: z.array(z.number()), message: z.string() }))
      .optional()
      .describe('Those that were refused, by position; the others were accepted.'),
  }),
  example: { events: [example] },
  call: (json) => ({ method: 'POST', path: '/events/batch', json, timeoutMs: 60_000 }),
  read: ({ body }) => body ?? {},
});

export const list = defineAction({
  title: 'List events',
  docs: 'https://developers.brevo.com/reference/get-events',
  effect: 'read',
  idempotent: true,
  budget: 'events',
  scopes: [],
  input: z.strictObject({
    event_name: name.optional(),
    contact_id: z.number().int().optional().describe('Only those of one contact.'),
    startDate: z.string().optional().describe('First day or moment; goes with endDate.'),
    endDate: z
      .string()
      .optional()
      .describe('Last day or moment. Brevo takes the last 6 months when not given.'),
    limit: z.number().int().min(1).max(10_000).optional().describe('Rows per page, at most 10,000.'),
    offset: z.number().int().min(0).optional().describe('Rows to pass over.'),
  }),
  output: z.looseObject({
    events: z
      .array(
        z.looseObject({
          event_name: z.string(),
          event_date: z.string(),
          event_properties: z.record(z.string(), z.unknown()).nullish(),
        }),
      )
      .default([]),
    count: z.number().optional(),
  }),
  example: { event_name: 'webinar_attended', startDate: '2026-10-01', endDate: '2026-10-31' },
  pages: {
    kind: 'offset',
    items: 'events',
    param: 'offset',
    total: 'count',
    size: { param: 'limit', max: 10_000 },
  },
  call: (query) => ({ method: 'GET', path: '/events', query }),
});
