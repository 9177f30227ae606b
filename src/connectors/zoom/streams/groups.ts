import { defineStream } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import * as pushed from '../pushed/account.ts';
import { flag, id, integer, row, text } from './columns.ts';

// A member who has not accepted the invitation yet has no id (Zoom FACTS G 1): the address tells members apart.

const belowGroup = [{ stream: 'groups', params: { groupId: 'id' }, carry: { group_id: 'id' } }];

/** Groups of users that share settings. */
export const groups = defineStream({
  name: 'groups',
  title: 'Groups',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/groups/GET/groups',
  path: '/groups',
  budget: 'medium',
  scopes: ['group:read:list_groups:admin'],
  plan: 'Pro or higher',
  kind: 'state',
  row: row({
    id: text,
    name: text,
    total_members: integer,
  }),
  primaryKey: ['id'],
  pages: tokenPages('groups', 300),
  pushes: pushed.groups,
});

export const group_members = defineStream({
  name: 'group_members',
  title: 'Group members',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/groups/GET/groups/{groupId}/members',
  path: '/groups/{groupId}/members',
  budget: 'medium',
  scopes: ['group:read:list_members:admin'],
  plan: 'Pro or higher',
  kind: 'state',
  row: row({
    group_id: id,
    email: text,
    first_name: text,
    id: text,
    last_name: text,
    type: integer,
  }),
  primaryKey: ['group_id', 'email'],
  // As for users, the schema says 2,000 and the paging guide 300: ask for what both allow (Zoom FACTS A).
  pages: tokenPages('members', 300),
  parents: belowGroup,
  pushes: pushed.groupMembers,
});

export const group_admins = defineStream({
  name: 'group_admins',
  title: 'Group administrators',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/groups/GET/groups/{groupId}/admins',
  path: '/groups/{groupId}/admins',
  budget: 'medium',
  scopes: ['group:read:administrator:admin'],
  plan: 'Pro or higher',
  kind: 'state',
  row: row({
    group_id: id,
    email: text,
    name: text,
  }),
  primaryKey: ['group_id', 'email'],
  pages: tokenPages('admins', 300),
  parents: belowGroup,
});

export const divisions = defineStream({
  name: 'divisions',
  title: 'Divisions',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/divisions/GET/divisions',
  path: '/divisions',
  budget: 'light',
  scopes: ['division:read:list_divisions:admin'],
  kind: 'state',
  row: row({
    division_id: text,
    division_name: text,
    division_description: text,
    is_main_division: flag,
    total_members: integer,
  }),
  primaryKey: ['division_id'],
  pages: tokenPages('divisions', 300),
});

export const division_users = defineStream({
  name: 'division_users',
  title: 'Division users',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/divisions/GET/divisions/{divisionId}/users',
  path: '/divisions/{divisionId}/users',
  budget: 'light',
  scopes: ['division:read:member:admin'],
  kind: 'state',
  row: row({
    division_id: id,
    user_id: text,
    user_display_name: text,
    user_email: text,
  }),
  primaryKey: ['division_id', 'user_email'],
  pages: tokenPages('users', 300),
  parents: [
    { stream: 'divisions', params: { divisionId: 'division_id' }, carry: { division_id: 'division_id' } },
  ],
});

/**
 * Roles that users can have. Those of Zoom Revenue Accelerator, once called IQ, are listed apart, and nothing says that
 * an id is not used in both lists.
 */
export const roles = defineStream({
  name: 'roles',
  title: 'Roles',
  docs: 'https://developers.zoom.us/docs/api/accounts/#tag/roles/GET/roles',
  path: '/roles',
  budget: 'medium',
  scopes: ['role:read:list_roles:admin', 'role:read:list_roles'],
  plan: 'Pro or higher',
  kind: 'state',
  row: row({
    description: text,
    id: text,
    name: text,
    type: text,
    total_members: integer,
  }),
  primaryKey: ['type', 'id'],
  pages: { kind: 'none', items: 'roles' },
  passes: { param: 'type', values: ['common', 'iq'], carry: 'type' },
});

export const role_members = defineStream({
  name: 'role_members',
  title: 'Role members',
  docs: 'https://developers.zoom.us/docs/api/accounts/#tag/roles/GET/roles/{roleId}/members',
  path: '/roles/{roleId}/members',
  budget: 'medium',
  scopes: ['role:read:list_members:admin', 'role:read:list_members'],
  plan: 'Pro or higher',
  kind: 'state',
  row: row({
    role_id: id,
    department: text,
    email: text,
    first_name: text,
    id: text,
    last_name: text,
    type: integer,
  }),
  primaryKey: ['role_id', 'email'],
  pages: tokenPages('members', 300),
  parents: [{ stream: 'roles', params: { roleId: 'id' }, carry: { role_id: 'id' } }],
});
