/** Webinars as they are planned, and the times at which they were held. */
import { defineStream, type JsonObject } from '../../../core/stream.ts';
import { instances } from '../past-webinars.ts';
import { get, list } from '../webinars.ts';
import * as held from '../pushed/held.ts';
import * as planned from '../pushed/planned.ts';
import { flag, id, integer, json, moment, row, text } from './columns.ts';
import { joined } from './parents.ts';

const PLAN = 'Pro or higher with the webinar add-on for the host';

/** Who has them can start a webinar as its host, or get in (Zoom FACTS F 28). */
const omit = ['start_url', 'password', 'encrypted_passcode', 'h323_passcode'] as const;

const listed = {
  id,
  uuid: text,
  host_id: text,
  topic: text,
  type: integer,
  start_time: moment,
  /** In minutes. */
  duration: integer,
  timezone: text,
  created_at: moment,
  agenda: text,
  join_url: text,
  is_simulive: flag,
};

/** A host without the licence is refused, which says nothing about the others (Zoom FACTS F 11). */
export const webinars = defineStream({
  name: 'webinars',
  title: 'Scheduled webinars',
  docs: list.docs,
  path: '/users/{userId}/webinars',
  budget: list.budget,
  scopes: list.scopes,
  plan: PLAN,
  kind: 'state',
  row: row(listed),
  omit,
  primaryKey: ['id'],
  query: { type: 'scheduled' },
  // This list takes numbers of pages, and no tokens (Zoom FACTS G 18).
  pages: list.pages,
  parents: [{ stream: 'users', params: { userId: 'id' }, when: joined }],
  pushes: planned.plannedWebinars,
});

export const webinarDetails = defineStream({
  name: 'webinar_details',
  title: 'Webinars with their settings and dates',
  docs: get.docs,
  path: '/webinars/{webinarId}',
  budget: get.budget,
  scopes: get.scopes,
  plan: PLAN,
  kind: 'state',
  row: row({
    ...listed,
    host_email: text,
    template_id: text,
    creation_source: text,
    registration_url: text,
    record_file_id: text,
    transition_to_live: flag,
    simulive_delay_start: json,
    occurrences: json,
    recurrence: json,
    tracking_fields: json,
    settings: json,
  }),
  omit,
  primaryKey: ['id'],
  query: { show_previous_occurrences: true },
  pages: { kind: 'none', items: '' },
  parents: [{ stream: 'webinars', params: { webinarId: 'id' } }],
  pushes: planned.webinarDetails,
});

export const webinarInstances = defineStream({
  name: 'webinar_instances',
  title: 'Times at which a webinar was held',
  docs: instances.docs,
  path: '/past_webinars/{webinarId}/instances',
  budget: instances.budget,
  scopes: instances.scopes,
  plan: PLAN,
  // New ones come to the same list, without a window to ask for them by.
  kind: 'state',
  row: row({ uuid: text, webinar_id: id, host_id: text, start_time: moment }),
  primaryKey: ['uuid'],
  cursor: 'start_time',
  pages: instances.pages,
  parents: [
    {
      stream: 'webinars',
      params: { webinarId: 'id' },
      carry: { webinar_id: 'id', host_id: 'host_id' },
      when: mayHaveBeenHeld,
    },
  ],
  pushes: held.instancesOf('webinar'),
});

/** One that is planned for once, and later, has not been held yet; one that recurs (6, 9) may have been. */
function mayHaveBeenHeld({ type, start_time: start }: JsonObject, now: number): boolean {
  return type !== 5 || typeof start !== 'string' || !(Date.parse(start) > now);
}
