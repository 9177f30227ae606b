import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { pageInput, pageOutput, tokenPages } from './shapes.ts';

const User = z.looseObject({
  id: z.string().optional().describe('Absent for pending users.'),
  email: z.string(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  display_name: z.string().optional(),
  type: z.number().describe('1 Basic, 2 Licensed, 4 Unassigned, 99 None.'),
  status: z.string().optional(),
  timezone: z.string().optional(),
});

export const list = defineAction({
  title: 'List users',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/GET/users',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['user:read:list_users:admin'],
  input: z.strictObject({
    status: z
      .enum(['active', 'inactive', 'pending'])
      .optional()
      .describe('One status a call; Zoom takes `active` when it is not given.'),
    role_id: z.string().optional().describe('Only users with this role.'),
    include_fields: z
      .enum(['custom_attributes', 'host_key'])
      .optional()
      .describe('One more field in each row.'),
    license: z
      .enum(['zoom_workforce_management', 'zoom_compliance_management'])
      .optional()
      .describe('Only users with this licence.'),
    ...pageInput(2000),
  }),
  output: z.looseObject({ ...pageOutput, users: z.array(User) }),
  example: { status: 'active', page_size: 300 },
  // The schema says 2,000, the paging guide 300: ask for what both allow (Zoom FACTS G 1).
  pages: tokenPages('users', 300),
  call: (query) => ({ method: 'GET', path: '/users', query }),
});

export const get = defineAction({
  title: 'Get a user',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['user:read:user:admin', 'user:read:user'],
  input: z.strictObject({
    userId: z.string().min(1).describe('User id, e-mail address, or `me` with a user-level token.'),
    encrypted_email: z.boolean().optional().describe('The address given as userId is encrypted.'),
    search_by_unique_id: z.boolean().optional().describe('userId is the unique id of the employee.'),
  }),
  output: User,
  example: { userId: 'ada@example.com' },
  call: ({ userId, ...query }) => ({ method: 'GET', path: path`/users/${userId}`, query }),
});
