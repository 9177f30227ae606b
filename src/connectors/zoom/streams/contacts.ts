import { defineStream } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import { flag, id, integer, json, row, text } from './columns.ts';
import { joined } from './parents.ts';

/** The document names no granular scope for contact groups: an app from before March 2024 has the classic one. */
export const contact_groups = defineStream({
  name: 'contact_groups',
  title: 'Contact groups',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/contact-groups/GET/contacts/groups',
  path: '/contacts/groups',
  budget: 'medium',
  scopes: ['contact_group:read:admin'],
  plan: 'Pro or higher',
  kind: 'state',
  row: row({
    group_id: text,
    group_name: text,
    group_privacy: integer,
    description: text,
  }),
  primaryKey: ['group_id'],
  pages: tokenPages('groups', 50),
});

/** Users and groups of users; an id is one of the one or of the other. */
export const contact_group_members = defineStream({
  name: 'contact_group_members',
  title: 'Contact group members',
  docs: 'https://developers.zoom.us/docs/api/users/#tag/contact-groups/GET/contacts/groups/{groupId}/members',
  path: '/contacts/groups/{groupId}/members',
  budget: 'medium',
  scopes: ['contact_group:read:admin'],
  plan: 'Pro or higher',
  kind: 'state',
  row: row({
    group_id: id,
    type: integer,
    id: text,
    name: text,
  }),
  primaryKey: ['group_id', 'type', 'id'],
  pages: tokenPages('group_members', 50),
  parents: [{ stream: 'contact_groups', params: { groupId: 'group_id' }, carry: { group_id: 'group_id' } }],
});

/** Groups of the chat directory. Where Zoom has withdrawn them it answers 410 with code 4137. */
export const im_groups = defineStream({
  name: 'im_groups',
  title: 'IM directory groups',
  docs: 'https://developers.zoom.us/docs/api/team-chat/#tag/im-groups/GET/im/groups',
  path: '/im/groups',
  budget: 'medium',
  scopes: ['contact_group:read:list_groups:admin'],
  plan: 'Pro or higher',
  kind: 'state',
  row: row({
    id: text,
    name: text,
    total_members: integer,
    search_by_account: flag,
    search_by_domain: flag,
    search_by_ma_account: flag,
    type: text,
  }),
  primaryKey: ['id'],
  pages: { kind: 'none', items: 'groups' },
});

export const im_group_members = defineStream({
  name: 'im_group_members',
  title: 'IM directory group members',
  docs: 'https://developers.zoom.us/docs/api/team-chat/#tag/im-groups/GET/im/groups/{groupId}/members',
  path: '/im/groups/{groupId}/members',
  budget: 'medium',
  scopes: ['contact_group:read:list_members:admin'],
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
  // Who has not accepted the invitation yet has no id (Zoom FACTS G 1).
  primaryKey: ['group_id', 'email'],
  pages: tokenPages('members', 300),
  parents: [{ stream: 'im_groups', params: { groupId: 'id' }, carry: { group_id: 'id' } }],
});

/**
 * Company contacts as the chat client shows them. They can only be searched, and not without a word: the address of
 * each user finds that user. Phones, queues and rooms among the contacts are streams of Zoom Phone.
 */
export const contacts = defineStream({
  name: 'contacts',
  title: 'Company contacts',
  docs: 'https://developers.zoom.us/docs/api/team-chat/#tag/contacts/GET/contacts',
  path: '/contacts',
  budget: 'medium',
  scopes: ['contact:read:list_contacts:admin', 'contact:read:list_contacts'],
  kind: 'state',
  row: row({
    contact_type: integer,
    dept: text,
    direct_numbers: json,
    email: text,
    extension_number: text,
    display_name: text,
    first_name: text,
    id: text,
    member_id: text,
    im_group_id: text,
    im_group_name: text,
    job_title: text,
    last_name: text,
    location: text,
    phone_number: text,
    phone_numbers: json,
    presence_status: text,
    user_status: text,
    activity: text,
    sip_phone_number: text,
    sip_uri: text,
  }),
  primaryKey: ['email'],
  pages: tokenPages('contacts', 25),
  parents: [{ stream: 'users', params: { search_key: 'email' }, when: joined }],
});
