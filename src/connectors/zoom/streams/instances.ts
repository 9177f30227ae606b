/** Meetings and webinars that were held, with what Zoom counts in them. */
import { defineStream } from '../../../core/stream.ts';
import { get as pastMeeting } from '../past-meetings.ts';
import { userMeetings } from '../reports.ts';
import { tokenPages } from '../shapes.ts';
import * as pushed from '../pushed/held.ts';
import { ENDS_LATER, SIX_MONTHS, dayWindow, flag, id, integer, json, moment, row, text } from './columns.ts';
import { belowMeetings, belowWebinars } from './held.ts';
import { joined } from './parents.ts';

const PLAN = 'Pro or higher; role permission Usage Reports';

/**
 * By the end and not, as Zoom takes it, by the start: a meeting comes to the report when it is over, so that one of many
 * hours would come to a day that has been read.
 */
export const historyMeetings = defineStream({
  name: 'history_meetings',
  title: 'Meetings and webinars of the whole account that were held',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/history_meetings',
  path: '/report/history_meetings',
  budget: 'heavy',
  scopes: ['report:read:list_history_meetings:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    meeting_uuid: text,
    meeting_id: id,
    type: text,
    topic: text,
    host_display_name: text,
    host_email: text,
    department: text,
    group: json,
    start_time: moment,
    end_time: moment,
    create_time: moment,
    /** In minutes. */
    duration: integer,
    participants: integer,
    total_participant_minutes: integer,
    unique_viewers: integer,
    max_concurrent_views: integer,
    source: text,
    feature_used: json,
    custom_fields: json,
    tracking_fields: json,
  }),
  primaryKey: ['meeting_uuid'],
  cursor: 'end_time',
  query: { date_type: 'end_time', meeting_type: 'all', report_type: 'all' },
  pages: tokenPages('history_meetings', 300),
  window: dayWindow(SIX_MONTHS),
  pushes: pushed.history,
});

/** Meetings and webinars with two people or more (Zoom FACTS G 27); 5, 6 and 9 are the types of webinars. */
export const reportMeetings = defineStream({
  name: 'report_meetings',
  title: 'Report of the meetings and webinars that a user held',
  docs: userMeetings.docs,
  path: '/report/users/{userId}/meetings',
  budget: userMeetings.budget,
  scopes: userMeetings.scopes,
  plan: PLAN,
  kind: 'history',
  row: row({
    uuid: text,
    id,
    host_id: text,
    host_name: text,
    host_organization: text,
    user_email: text,
    user_name: text,
    topic: text,
    type: integer,
    start_time: moment,
    end_time: moment,
    /** In minutes. */
    duration: integer,
    total_minutes: integer,
    participants_count: integer,
    participants_count_my_account: integer,
    meeting_encryption_status: integer,
    has_chat: flag,
    has_recording: flag,
    has_screen_share: flag,
    source: text,
    session_key: text,
    // In the spelling MM/DD/YYYY HH:mm, of no zone (Zoom FACTS G 27).
    schedule_time: text,
    join_waiting_room_time: text,
    join_time: text,
    leave_time: text,
    custom_keys: json,
  }),
  primaryKey: ['uuid'],
  cursor: 'end_time',
  query: { type: 'past' },
  pages: userMeetings.pages,
  window: { ...dayWindow(SIX_MONTHS), lookback: ENDS_LATER },
  parents: [{ stream: 'users', params: { userId: 'id' }, carry: { host_id: 'id' }, when: joined }],
});

const counted = {
  uuid: text,
  id,
  user_email: text,
  user_name: text,
  dept: text,
  topic: text,
  type: integer,
  start_time: moment,
  end_time: moment,
  /** In minutes. */
  duration: integer,
  total_minutes: integer,
  participants_count: integer,
};

/** Zoom keeps them for a year (Zoom FACTS G 15). */
export const pastMeetingDetails = defineStream({
  name: 'past_meeting_details',
  title: 'Meetings that were held, one by one',
  docs: pastMeeting.docs,
  path: '/past_meetings/{meetingId}',
  budget: pastMeeting.budget,
  scopes: pastMeeting.scopes,
  plan: 'Pro or higher',
  kind: 'history',
  row: row({ ...counted, host_id: text, source: text, has_meeting_summary: flag }),
  primaryKey: ['uuid'],
  cursor: 'end_time',
  pages: { kind: 'none', items: '' },
  parents: belowMeetings({ own: true }),
});

export const reportMeetingDetails = defineStream({
  name: 'report_meeting_details',
  title: 'Report of one meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/meetings/{meetingId}',
  path: '/report/meetings/{meetingId}',
  budget: 'heavy',
  scopes: ['report:read:meeting:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({ ...counted, custom_keys: json, tracking_fields: json }),
  primaryKey: ['uuid'],
  cursor: 'end_time',
  pages: { kind: 'none', items: '' },
  parents: belowMeetings({ own: true }),
});

export const reportWebinarDetails = defineStream({
  name: 'report_webinar_details',
  title: 'Report of one webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/webinars/{webinarId}',
  path: '/report/webinars/{webinarId}',
  budget: 'heavy',
  scopes: ['report:read:webinar:admin'],
  plan: 'Pro or higher with the webinar add-on for the host; role permission Usage Reports',
  kind: 'history',
  row: row({ ...counted, custom_keys: json, tracking_fields: json }),
  primaryKey: ['uuid'],
  cursor: 'end_time',
  pages: { kind: 'none', items: '' },
  parents: belowWebinars({ own: true }),
});
