import { z } from 'zod';
import { defineAction } from '../../core/action.ts';

export const get = defineAction({
  title: 'Get the account',
  docs: 'https://developers.brevo.com/reference/get-account',
  effect: 'read',
  idempotent: true,
  budget: 'other',
  scopes: [],
  input: z.strictObject({}),
  output: z.looseObject({
    email: z.string(),
    companyName: z.string().optional(),
    plan: z.array(z.looseObject({ type: z.string(), credits: z.number().optional() })).optional(),
  }),
  example: {},
  call: () => ({ method: 'GET', path: '/account' }),
});
