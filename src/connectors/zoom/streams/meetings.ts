/** Meetings as they are planned. */
import { defineStream, type StreamParent } from '../../../core/stream.ts';
import { get, list } from '../meetings.ts';
import { instances } from '../past-meetings.ts';
import * as held from '../pushed/held.ts';
import * as planned from '../pushed/planned.ts';
import { ENDS_LATER, SIX_MONTHS, dayWindow, flag, id, integer, json, moment, row, text } from './columns.ts';
import { joined } from './parents.ts';

const { docs, budget, scopes, pages } = list;
const path = '/users/{userId}/meetings';

const ofUser: readonly StreamParent[] = [{ stream: 'users', params: { userId: 'id' }, when: joined }];

/** Who has them can start a meeting as its host, or get in (Zoom FACTS F 28). */
const omit = [
  'start_url',
  'password',
  'encrypted_password',
  'pstn_password',
  'h323_password',
  'dynamic_host_key',
] as const;

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
  pmi: text,
};

/** A recurring meeting is one row: its dates are in `meeting_details` (Zoom FACTS G 6), its uuid is of none of them. */
export const meetings = defineStream({
  name: 'meetings',
  title: 'Scheduled meetings',
  docs,
  path,
  budget,
  scopes,
  kind: 'state',
  row: row(listed),
  omit,
  primaryKey: ['id'],
  query: { type: 'scheduled' },
  pages,
  parents: ofUser,
  pushes: planned.plannedMeetings,
});

/** Zoom does not say whether the dates of a recurring meeting are rows of their own here, so both ways have a key. */
export const upcomingMeetings = defineStream({
  name: 'upcoming_meetings',
  title: 'Meetings that are running or to come',
  docs,
  path,
  budget,
  scopes,
  kind: 'state',
  row: row({ occurrence: text, ...listed }),
  omit,
  primaryKey: ['id', 'occurrence'],
  query: { type: 'upcoming_meetings' },
  pages,
  rows: (item) => [{ ...item, occurrence: item['start_time'] || 'no fixed time' }],
  parents: ofUser,
});

export const pastMeetings = defineStream({
  name: 'past_meetings',
  title: 'Meetings that were held, host by host',
  docs,
  path,
  budget,
  scopes,
  kind: 'history',
  row: row(listed),
  omit,
  // Of one number there are as many rows as it was held times (Zoom FACTS F 32).
  primaryKey: ['uuid'],
  cursor: 'start_time',
  query: { type: 'previous_meetings' },
  pages,
  window: { ...dayWindow(SIX_MONTHS), lookback: ENDS_LATER },
  parents: ofUser,
  pushes: held.pastMeetings,
});

export const meetingDetails = defineStream({
  name: 'meeting_details',
  title: 'Meetings with their settings and dates',
  docs: get.docs,
  path: '/meetings/{meetingId}',
  budget: get.budget,
  scopes: get.scopes,
  kind: 'state',
  row: row({
    id,
    uuid: text,
    host_id: text,
    host_email: text,
    assistant_id: text,
    topic: text,
    type: integer,
    status: text,
    start_time: moment,
    /** In minutes. */
    duration: integer,
    timezone: text,
    created_at: moment,
    creation_source: text,
    pre_schedule: flag,
    agenda: text,
    join_url: text,
    chat_join_url: text,
    registration_url: text,
    pmi: text,
    template_id: text,
    occurrences: json,
    recurrence: json,
    tracking_fields: json,
    settings: json,
  }),
  omit,
  primaryKey: ['id'],
  query: { show_previous_occurrences: true },
  pages: { kind: 'none', items: '' },
  parents: [{ stream: 'meetings', params: { meetingId: 'id' } }],
  pushes: planned.meetingDetails,
});

/** What is older than 15 months is no longer listed. */
export const meetingInstances = defineStream({
  name: 'meeting_instances',
  title: 'Times at which a meeting was held',
  docs: instances.docs,
  path: '/past_meetings/{meetingId}/instances',
  budget: instances.budget,
  scopes: instances.scopes,
  // New ones come to the same list, without a window to ask for them by.
  kind: 'state',
  row: row({ uuid: text, meeting_id: id, host_id: text, start_time: moment }),
  primaryKey: ['uuid'],
  cursor: 'start_time',
  pages: instances.pages,
  parents: [
    { stream: 'meetings', params: { meetingId: 'id' }, carry: { meeting_id: 'id', host_id: 'host_id' } },
  ],
  pushes: held.instancesOf('meeting'),
});
