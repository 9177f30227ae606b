/** What new meetings and webinars are made from. */
import { defineStream } from '../../../core/stream.ts';
import { integer, row, text } from './columns.ts';
import { eachUser } from './parents.ts';

/** Those of the account are listed for each of its users, so that the user is part of the key. */
const templateColumns = { user_id: text, id: text, name: text, type: integer };

export const meetingTemplates = defineStream({
  name: 'meeting_templates',
  title: 'Meeting templates of each user',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/templates/GET/users/{userId}/meeting_templates',
  path: '/users/{userId}/meeting_templates',
  budget: 'medium',
  scopes: ['meeting:read:list_templates:admin', 'meeting:read:list_templates'],
  kind: 'state',
  row: row(templateColumns),
  primaryKey: ['user_id', 'id'],
  pages: { kind: 'none', items: 'templates' },
  parents: [eachUser],
});

export const webinarTemplates = defineStream({
  name: 'webinar_templates',
  title: 'Webinar templates of each user',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/users/{userId}/webinar_templates',
  path: '/users/{userId}/webinar_templates',
  // Zoom's document gives no label; those without one are light.
  budget: 'light',
  scopes: ['webinar:read:list_templates:admin', 'webinar:read:list_templates'],
  plan: 'Pro or higher with the webinar add-on for the host',
  kind: 'state',
  row: row(templateColumns),
  primaryKey: ['user_id', 'id'],
  pages: { kind: 'none', items: 'templates' },
  parents: [eachUser],
});
