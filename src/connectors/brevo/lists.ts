import { z } from 'zod';
import { defineAction } from '../../core/action.ts';

export const list = defineAction({
  title: 'List the contact lists',
  docs: 'https://developers.brevo.com/reference/get-lists',
  effect: 'read',
  idempotent: true,
  budget: 'contacts',
  scopes: [],
  input: z.strictObject({
    limit: z.number().int().min(1).max(50).optional().describe('Rows per page, at most 50.'),
    offset: z.number().int().min(0).optional().describe('Rows to pass over.'),
    sort: z
      .enum(['asc', 'desc'])
      .optional()
      .describe('By time of creation; Brevo takes `desc` when not given.'),
  }),
  output: z.looseObject({
    lists: z
      .array(z.looseObject({ id: z.number(), name: z.string(), folderId: z.number().optional() }))
      .default([]),
    count: z.number(),
  }),
  example: { limit: 50 },
  pages: {
    kind: 'offset',
    items: 'lists',
    param: 'offset',
    total: 'count',
    size: { param: 'limit', max: 50 },
  },
  call: (query) => ({ method: 'GET', path: '/contacts/lists', query }),
});

export const create = defineAction({
  title: 'Create a contact list',
  docs: 'https://developers.brevo.com/reference/create-list',
  effect: 'write',
  // Names need not be unique: sent twice, it makes two.
  idempotent: false,
  budget: 'contacts',
  scopes: [],
  input: z.strictObject({
    name: z.string().min(1).describe('Name of the list.'),
    folderId: z.number().int().positive().describe('Id of the folder that it lies in.'),
  }),
  output: z.looseObject({ id: z.number() }),
  example: { name: 'Zoom webinar attendees', folderId: 1 },
  call: (json) => ({ method: 'POST', path: '/contacts/lists', json }),
});

export const folders = defineAction({
  title: 'List the folders of contact lists',
  docs: 'https://developers.brevo.com/reference/get-folders',
  effect: 'read',
  idempotent: true,
  budget: 'contacts',
  scopes: [],
  input: z.strictObject({
    limit: z.number().int().min(1).max(50).optional().describe('Rows per page, at most 50.'),
    offset: z.number().int().min(0).optional().describe('Rows to pass over.'),
    sort: z
      .enum(['asc', 'desc'])
      .optional()
      .describe('By time of creation; Brevo takes `desc` when not given.'),
  }),
  output: z.looseObject({
    folders: z.array(z.looseObject({ id: z.number(), name: z.string() })).default([]),
    count: z.number(),
  }),
  example: { limit: 50 },
  pages: {
    kind: 'offset',
    items: 'folders',
    param: 'offset',
    total: 'count',
    size: { param: 'limit', max: 50 },
  },
  call: (query) => ({ method: 'GET', path: '/contacts/folders', query }),
});
