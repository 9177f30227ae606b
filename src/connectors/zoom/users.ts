import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { licenseInfoList, planUnitedType, zoomOneType } from './licences.ts';
import { flag, pageInput, pageOutput, text, tokenPages, userId } from './shapes.ts';
import { loginType, profileFields, userType } from './user-input.ts';

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

const Profile = User.extend({
  account_id: z.string().optional(),
  dept: z.string().optional(),
  company: z.string().optional(),
  job_title: z.string().optional(),
  language: z.string().optional(),
  role_name: z.string().optional(),
  created_at: z.string().optional(),
  personal_meeting_url: z.string().optional(),
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
    role_id: text('Only users with this role.'),
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
    userId,
    login_type: loginType,
    encrypted_email: flag('Whether the address given as userId is encrypted.'),
    search_by_unique_id: flag('Whether userId is the unique id of the employee.'),
  }),
  output: Profile,
  example: { userId: 'ada@example.com' },
  call: ({ userId: user, ...query }) => ({ method: 'GET', path: path`/users/${user}`, query }),
});

export const me = defineAction({
  title: 'Get the user whom the token belongs to',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/GET/users/{userId}',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['user:read:user', 'user:read:user:admin'],
  input: z.strictObject({}),
  output: Profile,
  example: {},
  call: () => ({ method: 'GET', path: '/users/me' }),
});

export const create = defineAction({
  title: 'Create a user',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/POST/users',
  effect: 'write',
  idempotent: false,
  budget: 'light',
  scopes: ['user:write:user:admin'],
  plan: 'Pro or higher; role permission Edit Users',
  input: z.strictObject({
    // Zoom demands it, so this default is sent.
    action: z
      .enum(['create', 'autoCreate', 'custCreate', 'ssoCreate'])
      .default('create')
      .describe(
        '`create` sends an invitation, `autoCreate` signs up people of a managed domain, `custCreate` makes a user for the API only, `ssoCreate` one for single sign-on.',
      ),
    user_info: z
      .strictObject({
        email: z.email().max(128).describe('E-mail address, such as ada@example.com.'),
        type: userType.describe('1 Basic, 2 Licensed, 4 Unassigned, 99 None (with `ssoCreate` only).'),
        first_name: z.string().max(64).optional().describe('First name, at most 64 characters.'),
        last_name: z.string().max(64).optional().describe('Last name, at most 64 characters.'),
        display_name: z
          .string()
          .max(128)
          .optional()
          .describe('Name that others see, at most 128 characters.'),
        password: z
          .string()
          .min(8)
          .max(32)
          .optional()
          .describe(
            'Password of 8 to 32 characters with a digit, small and capital letters, no runs such as 1111 or abcd; with `autoCreate` only.',
          ),
        feature: z
          .strictObject({
            zoom_phone: flag('Whether the user has Zoom Phone.'),
            zoom_one_type: zoomOneType,
          })
          .optional()
          .describe('Features of the user.'),
        plan_united_type: planUnitedType,
        license_info_list: licenseInfoList,
        division_ids: z.array(z.string()).max(1).optional().describe('Division of the user; Zoom takes one.'),
      })
      .describe('The user.'),
  }),
  output: z.looseObject({
    id: z.string().describe('Id of the new user.'),
    email: z.string(),
    type: z.number(),
  }),
  example: { user_info: { email: 'ada@example.com', type: 1, first_name: 'Ada', last_name: 'Lovelace' } },
  call: (json) => ({ method: 'POST', path: '/users', json }),
});

const LICENCES = ['type', 'zoom_one_type', 'plan_united_type'] as const;

export const update = defineAction({
  title: 'Update a user',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/PATCH/users/{userId}',
  effect: 'write',
  idempotent: true,
  budget: 'light',
  scopes: ['user:update:user:admin', 'user:update:user'],
  plan: 'Role permission Edit Users',
  // No field has a default: what is not given stays as it is.
  input: z
    .strictObject({
      userId,
      login_type: loginType,
      remove_tsp_credentials: flag("Whether to remove the user's credentials of a telephony provider."),
      ...profileFields,
    })
    // Zoom refuses two of them at once with code 300 (Zoom FACTS G 4).
    .refine((it) => LICENCES.filter((name) => it[name] !== undefined).length <= 1, {
      path: ['type'],
      error: '`type`, `zoom_one_type` and `plan_united_type` exclude each other: change one a call',
    }),
  output: z.undefined(),
  example: { userId: 'ada@example.com', dept: 'Research', timezone: 'Europe/London' },
  call: ({ userId: user, login_type, remove_tsp_credentials, ...json }) => ({
    method: 'PATCH',
    path: path`/users/${user}`,
    query: { login_type, remove_tsp_credentials },
    json,
  }),
});

const HEIRLOOMS = [
  'transfer_meeting',
  'transfer_webinar',
  'transfer_recording',
  'transfer_whiteboard',
  'transfer_clipfiles',
  'transfer_notes',
  'transfer_visitors',
  'transfer_docs',
] as const;

export const remove = defineAction({
  title: 'Delete or disassociate a user',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/users/DELETE/users/{userId}',
  effect: 'destroy',
  idempotent: true,
  budget: 'light',
  scopes: ['user:delete:user:admin', 'user:delete:user'],
  plan: 'Role permission Edit Users',
  input: z
    .strictObject({
      userId,
      // Zoom disassociates when it is not said; the two differ so much that it has to be.
      action: z
        .enum(['disassociate', 'delete'], {
          error:
            'say which: `disassociate` lets the person go with a free account of their own, `delete` removes the person and all data',
        })
        .describe(
          '`disassociate` lets the person go with a free account of their own, and is the only way for pending users; `delete` removes the person and all their data for good.',
        ),
      encrypted_email: flag('Whether the address given as userId is encrypted.'),
      transfer_email: text('Who gets what is handed over, such as grace@example.com.'),
      transfer_meeting: flag('Whether to hand over meetings.'),
      transfer_webinar: flag('Whether to hand over webinars.'),
      transfer_recording: flag('Whether to hand over cloud recordings.'),
      transfer_whiteboard: flag('Whether to hand over whiteboards.'),
      transfer_clipfiles: flag('Whether to hand over clips.'),
      transfer_notes: flag('Whether to hand over notes.'),
      transfer_visitors: flag('Whether to hand over visitors.'),
      transfer_docs: flag('Whether to hand over documents.'),
    })
    .refine((it) => it.transfer_email !== undefined || !HEIRLOOMS.some((name) => it[name]), {
      path: ['transfer_email'],
      error: '`transfer_email` is needed with every other `transfer_…`: it says who gets it',
    }),
  output: z.undefined(),
  example: {
    userId: 'ada@example.com',
    action: 'disassociate',
    transfer_email: 'grace@example.com',
    transfer_recording: true,
  },
  call: ({ userId: user, ...query }) => ({ method: 'DELETE', path: path`/users/${user}`, query }),
});
