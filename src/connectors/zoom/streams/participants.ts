/** Who was in a meeting or webinar, and who was not. */
import { defineStream } from '../../../core/stream.ts';
import * as pastMeetings from '../past-meetings.ts';
import * as pastWebinars from '../past-webinars.ts';
import { meetingParticipants } from '../reports.ts';
import { tokenPages } from '../shapes.ts';
import { staysOf } from '../pushed/people.ts';
import { moment, row, text } from './columns.ts';
import { belowMeetings, belowWebinars } from './held.ts';
import {
  ofMeeting,
  ofWebinar,
  participantColumns,
  registrantColumns,
  stayColumns,
  withRegistrant,
} from './people-columns.ts';

const REPORT_PLAN = 'Pro or higher; role permission Usage Reports';
const WEBINAR_PLAN = 'Pro or higher with the webinar add-on for the host';

/** Who comes back has a row for each stay, and guests have neither id nor address (Zoom FACTS F 7, F 9). */
const stayInMeeting = ['meeting_uuid', 'user_id', 'join_time'];
const stayInWebinar = ['webinar_uuid', 'user_id', 'join_time'];

/** The heavy report, whose calls a daily cap counts, and beside it the medium list of past participants (Zoom FACTS D). */
export const reportMeetingParticipants = defineStream({
  name: 'report_meeting_participants',
  title: 'Report of who was in a meeting, and from when to when',
  docs: meetingParticipants.docs,
  path: '/report/meetings/{meetingId}/participants',
  budget: meetingParticipants.budget,
  scopes: meetingParticipants.scopes,
  plan: REPORT_PLAN,
  kind: 'history',
  row: row({ ...ofMeeting, ...participantColumns }),
  primaryKey: stayInMeeting,
  cursor: 'join_time',
  query: withRegistrant,
  pages: meetingParticipants.pages,
  parents: belowMeetings({ people: true }),
  lane: {
    path: '/past_meetings/{meetingId}/participants',
    docs: pastMeetings.participants.docs,
    budget: pastMeetings.participants.budget,
    scopes: pastMeetings.participants.scopes,
    plan: 'Pro or higher',
    query: withRegistrant,
  },
  pushes: staysOf('meeting'),
});

export const pastMeetingParticipants = defineStream({
  name: 'past_meeting_participants',
  title: 'Who was in a meeting, without the permission for reports',
  docs: pastMeetings.participants.docs,
  path: '/past_meetings/{meetingId}/participants',
  budget: pastMeetings.participants.budget,
  scopes: pastMeetings.participants.scopes,
  plan: 'Pro or higher',
  kind: 'history',
  row: row({ ...ofMeeting, ...stayColumns }),
  primaryKey: stayInMeeting,
  cursor: 'join_time',
  query: withRegistrant,
  pages: pastMeetings.participants.pages,
  parents: belowMeetings({ people: true }),
  pushes: staysOf('meeting'),
});

export const reportWebinarParticipants = defineStream({
  name: 'report_webinar_participants',
  title: 'Report of who was in a webinar, and from when to when',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/webinars/{webinarId}/participants',
  path: '/report/webinars/{webinarId}/participants',
  budget: 'heavy',
  scopes: ['report:read:list_webinar_participants:admin'],
  plan: `${WEBINAR_PLAN}; role permission Usage Reports`,
  kind: 'history',
  row: row({ ...ofWebinar, ...participantColumns }),
  primaryKey: stayInWebinar,
  cursor: 'join_time',
  query: withRegistrant,
  pages: tokenPages('participants', 300),
  parents: belowWebinars(),
  lane: {
    path: '/past_webinars/{webinarId}/participants',
    docs: pastWebinars.participants.docs,
    budget: pastWebinars.participants.budget,
    scopes: pastWebinars.participants.scopes,
    plan: WEBINAR_PLAN,
    query: withRegistrant,
  },
  pushes: staysOf('webinar'),
});

export const pastWebinarParticipants = defineStream({
  name: 'past_webinar_participants',
  title: 'Who was in a webinar, without the permission for reports',
  docs: pastWebinars.participants.docs,
  path: '/past_webinars/{webinarId}/participants',
  budget: pastWebinars.participants.budget,
  scopes: pastWebinars.participants.scopes,
  plan: WEBINAR_PLAN,
  kind: 'history',
  row: row({ ...ofWebinar, ...stayColumns }),
  primaryKey: stayInWebinar,
  cursor: 'join_time',
  query: withRegistrant,
  pages: pastWebinars.participants.pages,
  parents: belowWebinars(),
  pushes: staysOf('webinar'),
});

/** Zoom calls the list `registrants` (Zoom FACTS G 24). */
export const webinarAbsentees = defineStream({
  name: 'webinar_absentees',
  title: 'People who registered for a webinar and did not come',
  docs: pastWebinars.absentees.docs,
  path: '/past_webinars/{webinarId}/absentees',
  budget: pastWebinars.absentees.budget,
  scopes: pastWebinars.absentees.scopes,
  plan: WEBINAR_PLAN,
  kind: 'history',
  row: row({ ...ofWebinar, ...registrantColumns, create_time: moment, join_url: text }),
  primaryKey: ['webinar_uuid', 'id'],
  cursor: 'create_time',
  pages: pastWebinars.absentees.pages,
  parents: belowWebinars({ feature: 'registration' }),
});
