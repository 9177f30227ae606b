/** The dashboards: how meetings and webinars went, device by device. */
import { defineStream, type StreamParent } from '../../../core/stream.ts';
import { tokenPages } from '../shapes.ts';
import {
  ENDS_LATER,
  SIX_MONTHS,
  dayWindow,
  flag,
  id,
  integer,
  json,
  moment,
  number,
  row,
  text,
} from './columns.ts';
import { ofMeeting, ofWebinar, withRegistrant } from './people-columns.ts';

const PLAN = 'Business or higher with the dashboard switched on';
const WEBINAR_PLAN = 'Business or Education with the webinar add-on and the dashboard switched on';
const DOCS = 'https://developers.zoom.us/docs/api/accounts/#tag/dashboards/GET/metrics';

const heldColumns = {
  uuid: text,
  id,
  topic: text,
  host: text,
  email: text,
  dept: text,
  user_type: text,
  start_time: moment,
  end_time: moment,
  /** As `hh:mm:ss`. */
  duration: text,
  participants: integer,
  audio_quality: text,
  video_quality: text,
  screen_share_quality: text,
  has_3rd_party_audio: flag,
  has_archiving: flag,
  has_automated_captions: flag,
  has_manual_captions: flag,
  has_poll: flag,
  has_pstn: flag,
  has_recording: flag,
  has_screen_share: flag,
  has_sip: flag,
  has_survey: flag,
  has_video: flag,
  has_voip: flag,
  custom_keys: json,
};

/** Meetings that one person was in have a list of their own; `type` says which of the two a row is from. */
export const dashboardMeetings = defineStream({
  name: 'dashboard_meetings',
  title: 'Dashboard: meetings that were held',
  docs: `${DOCS}/meetings`,
  path: '/metrics/meetings',
  budget: 'resource',
  scopes: ['dashboard:read:list_meetings:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    ...heldColumns,
    type: text,
    has_qa: flag,
    avg_jointime_cost: number,
    session_key: text,
    tracking_fields: json,
  }),
  primaryKey: ['uuid', 'type'],
  cursor: 'start_time',
  query: { include_fields: 'tracking_fields' },
  pages: tokenPages('meetings', 300),
  passes: { param: 'type', values: ['past', 'pastOne'], carry: 'type' },
  window: { ...dayWindow(SIX_MONTHS), lookback: ENDS_LATER },
});

export const dashboardWebinars = defineStream({
  name: 'dashboard_webinars',
  title: 'Dashboard: webinars that were held',
  docs: `${DOCS}/webinars`,
  path: '/metrics/webinars',
  budget: 'resource',
  scopes: ['dashboard:read:list_webinars:admin'],
  plan: WEBINAR_PLAN,
  kind: 'history',
  row: row(heldColumns),
  primaryKey: ['uuid'],
  cursor: 'start_time',
  query: { type: 'past' },
  pages: tokenPages('webinars', 300),
  window: { ...dayWindow(SIX_MONTHS), lookback: ENDS_LATER },
});

/** One stay of one person on one device. */
const deviceColumns = {
  user_id: text,
  participant_uuid: text,
  // Empty for people from outside the account (Zoom FACTS F).
  id: text,
  email: text,
  user_name: text,
  join_time: moment,
  leave_time: moment,
  device: text,
  device_name: text,
  os: text,
  os_version: text,
  browser_name: text,
  browser_version: text,
  client: text,
  version: text,
  zoom_thin_client_plugin_version: text,
  domain: text,
  pc_name: text,
  mac_addr: text,
  harddisk_id: text,
  ip_address: text,
  internal_ip_addresses: json,
  location: text,
  network_type: text,
  connection_type: text,
  as_connection_type: text,
  video_connection_type: text,
  data_center: text,
  full_data_center: text,
  recording: flag,
  share_application: flag,
  share_desktop: flag,
  share_whiteboard: flag,
  has_archiving: flag,
  optional_archiving: text,
};

const participantColumns = {
  ...deviceColumns,
  participant_user_id: text,
  registrant_id: text,
  customer_key: text,
  role: text,
  leave_reason: text,
  microphone: text,
  speaker: text,
  audio_quality: text,
  video_quality: text,
  screen_share_quality: text,
  audio_call: json,
  bo_mtg_id: text,
  sip_uri: text,
  from_sip_uri: text,
};

const ofInstance: StreamParent = {
  stream: 'dashboard_meetings',
  params: { meetingId: 'uuid' },
  carry: { meeting_uuid: 'uuid', meeting_id: 'id' },
  endedAt: 'end_time',
};

export const dashboardMeetingParticipants = defineStream({
  name: 'dashboard_meeting_participants',
  title: 'Dashboard: people in a meeting, with their devices',
  docs: `${DOCS}/meetings/{meetingId}/participants`,
  path: '/metrics/meetings/{meetingId}/participants',
  budget: 'heavy',
  scopes: ['dashboard:read:list_meeting_participants:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    ...ofMeeting,
    ...participantColumns,
    status: text,
    camera: text,
    groupId: text,
    in_room_participants: integer,
    aic_disclaimer: text,
    total_jointime_cost: number,
  }),
  primaryKey: ['meeting_uuid', 'user_id', 'join_time'],
  cursor: 'join_time',
  query: withRegistrant,
  pages: tokenPages('participants', 300),
  parents: [{ ...ofInstance, params: { meetingId: 'uuid', type: 'type' } }],
});

/** At most ten people a page: by far the dearest of all. */
export const dashboardMeetingParticipantsQos = defineStream({
  name: 'dashboard_meeting_participants_qos',
  title: 'Dashboard: quality of service of people in a meeting, minute by minute',
  docs: `${DOCS}/meetings/{meetingId}/participants/qos`,
  path: '/metrics/meetings/{meetingId}/participants/qos',
  budget: 'heavy',
  scopes: ['dashboard:read:list_meeting_participants_qos:admin'],
  plan: PLAN,
  kind: 'history',
  row: row({
    ...ofMeeting,
    ...deviceColumns,
    groupId: text,
    health: text,
    issue_list: json,
    total_jointime_cost: number,
    user_qos: json,
  }),
  primaryKey: ['meeting_uuid', 'user_id', 'join_time'],
  cursor: 'join_time',
  query: { type: 'past' },
  pages: tokenPages('participants', 10),
  parents: [ofInstance],
});

export const dashboardWebinarParticipants = defineStream({
  name: 'dashboard_webinar_participants',
  title: 'Dashboard: people in a webinar, with their devices',
  docs: `${DOCS}/webinars/{webinarId}/participants`,
  path: '/metrics/webinars/{webinarId}/participants',
  budget: 'heavy',
  scopes: ['dashboard:read:list_webinar_participants:admin'],
  plan: WEBINAR_PLAN,
  kind: 'history',
  row: row({ ...ofWebinar, ...participantColumns }),
  primaryKey: ['webinar_uuid', 'user_id', 'join_time'],
  cursor: 'join_time',
  query: { type: 'past', ...withRegistrant },
  pages: tokenPages('participants', 300),
  parents: [
    {
      stream: 'dashboard_webinars',
      params: { webinarId: 'uuid' },
      carry: { webinar_uuid: 'uuid', webinar_id: 'id' },
      endedAt: 'end_time',
    },
  ],
});
