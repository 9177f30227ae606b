import { defineStream } from '../../../core/stream.ts';
import { list } from '../users.ts';
import * as pushed from '../pushed/account.ts';
import { id, integer, json, moment, row, text } from './columns.ts';

/** Every user of the account. Zoom lists one status at a time (Zoom FACTS G 1). */
export const users = defineStream({
  name: 'users',
  title: 'Users',
  docs: list.docs,
  path: '/users',
  budget: list.budget,
  scopes: list.scopes,
  kind: 'state',
  row: row({
    // Pending users have no id yet; the address is theirs from the start.
    email: text,
    id,
    status: text,
    first_name: text,
    last_name: text,
    display_name: text,
    type: integer,
    dept: text,
    role_id: text,
    pmi: id,
    timezone: text,
    // Seen on the wire, and not in the document of the list (Zoom FACTS G 1).
    language: text,
    phone_number: text,
    pic_url: text,
    login_types: json,
    verified: integer,
    employee_unique_id: text,
    plan_united_type: text,
    created_at: moment,
    user_created_at: moment,
    last_login_time: moment,
    last_client_version: text,
    group_ids: json,
    im_group_ids: json,
    division_ids: json,
    custom_attributes: json,
    license_info_list: json,
  }),
  // Whoever knows it can take over a meeting.
  omit: ['host_key'],
  primaryKey: ['email'],
  // Left out unless they are asked for.
  query: { include_fields: 'custom_attributes' },
  pages: list.pages,
  passes: { param: 'status', values: ['active', 'inactive', 'pending'], carry: 'status' },
  pushes: pushed.users,
});
