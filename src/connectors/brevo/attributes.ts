import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';

export const list = defineAction({
  title: 'List contact attributes',
  docs: 'https://developers.brevo.com/reference/get-attributes',
  effect: 'read',
  idempotent: true,
  budget: 'contacts',
  scopes: [],
  input: z.strictObject({}),
  output: z.looseObject({
    attributes: z.array(
      z.looseObject({
        name: z.string(),
        category: z.string(),
        type: z.string().optional(),
        enumeration: z.array(z.looseObject({ value: z.number(), label: z.string() })).optional(),
        multiCategoryOptions: z.array(z.string()).optional(),
      }),
    ),
  }),
  example: {},
  pages: { kind: 'none', items: 'attributes' },
  call: () => ({ method: 'GET', path: '/contacts/attributes' }),
});

export const create = defineAction({
  title: 'Create a contact attribute',
  docs: 'https://developers.brevo.com/reference/create-attribute',
  effect: 'write',
  idempotent: true,
  budget: 'contacts',
  scopes: [],
  input: z.strictObject({
    category: z
      .enum(['normal', 'category', 'transactional', 'calculated', 'global'])
      .describe('Kind of attribute.'),
    // What Brevo allows beyond this is not documented; this always works (Brevo FACTS 6).
    name: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]{0,49}$/, 'expected capitals, digits and _, such as MEETING_DURATION')
      .describe('Name of the attribute, in capitals.'),
    type: z
      .enum(['text', 'date', 'float', 'boolean', 'multiple-choice', 'id'])
      .optional()
      .describe('Type of its values; cannot be changed later.'),
    enumeration: z
      .array(z.strictObject({ value: z.number().int(), label: z.string().max(200) }))
      .optional()
      .describe('Options, for the category `category`.'),
    multiCategoryOptions: z.array(z.string().max(200)).optional().describe('Options, for `multiple-choice`.'),
    value: z.string().optional().describe('Formula, for `calculated` and `global`.'),
  }),
  output: z.undefined(),
  example: { category: 'normal', name: 'MEETING_DURATION', type: 'float' },
  call: ({ category, name, ...json }) => ({
    method: 'POST',
    path: path`/contacts/attributes/${category}/${name}`,
    json,
  }),
  read: () => undefined,
});
