import * as of from './meeting-parts.ts';
import { about, flags, ids, lists, many, maybe, numbers, operator, part, texts } from './shape.ts';

const done = { ...operator, ...texts('operation') };

const summary = {
  ...ids('meeting_uuid'),
  ...texts('meeting_id meeting_host_id meeting_host_email meeting_topic meeting_start_time meeting_end_time'),
  ...texts(
    'summary_start_time summary_end_time summary_created_time summary_last_modified_time summary_title',
  ),
};

const summaryText = {
  ...texts('summary_overview summary_content summary_doc_url'),
  ...lists('next_steps'),
  summary_details: many(texts('label summary')),
};

const companion = { ...ids('meeting_uuid'), ...texts('meeting_number host_id') };

const streaming = {
  ...of.meeting,
  live_streaming: part({
    ...texts('service date_time'),
    custom_live_streaming_settings: maybe(texts('stream_url stream_key page_url resolution')),
  }),
};

/** Events of meetings. */
export const meetings = {
  'meeting.created': () => about(of.created, done),
  'meeting.updated': () => about(of.updated, { ...operator, ...of.before }),
  'meeting.deleted': () => about({ ...of.meeting, ...of.occurrences }, done),
  'meeting.permanently_deleted': () => about({ ...of.meeting, ...of.occurrences }, done),
  'meeting.recovered': () => about({ ...of.meeting, ...of.occurrences }, done),
  'meeting.converted_to_webinar': () => about(of.meeting, operator),
  'meeting.started': () => about(of.meeting, done),
  'meeting.ended': () => about({ ...of.meeting, ...texts('end_time') }, done),
  'meeting.alert': () => about(of.alert),
  'meeting.device_tested': () =>
    about({
      ...ids('id uuid'),
      test_result: part({
        ...texts('user_id user_name os'),
        ...numbers('camera_status speaker_status microphone_status'),
      }),
    }),
  'meeting.risk_alert': () =>
    about({
      ...of.meeting,
      ...texts('host_email'),
      armn_details: part({
        ...texts('post_platform social_link post_time post_user meeting_url'),
        ...lists('recommended_enable_settings recommended_disable_settings'),
      }),
    }),

  'meeting.registration_created': () => about(of.registration),
  'meeting.registration_approved': () => about(of.registration, operator),
  'meeting.registration_cancelled': () => about(of.registration, operator),
  'meeting.registration_denied': () => about(of.registration, operator),

  'meeting.participant_joined': () => about(of.joined),
  'meeting.participant_left': () => about(of.left),
  'meeting.participant_bind': () => about(of.bound),
  'meeting.participant_feedback': () => about(of.feedback),
  'meeting.participant_role_changed': () => about(of.role),
  'meeting.participant_admitted': () => about(of.moment),
  'meeting.participant_joined_waiting_room': () => about(of.moment),
  'meeting.participant_left_waiting_room': () => about(of.moment),
  'meeting.participant_put_in_waiting_room': () => about(of.moment),
  'meeting.participant_jbh_joined': () => about(of.waiting),
  'meeting.participant_jbh_waiting': () => about(of.waiting),
  'meeting.participant_jbh_waiting_left': () => about(of.waiting),
  'meeting.participant_joined_breakout_room': () => about(of.joinedRoom),
  'meeting.participant_left_breakout_room': () => about(of.leftRoom),
  'meeting.participant_phone_callout_accepted': () => about(of.phoneCallout),
  'meeting.participant_phone_callout_missed': () => about(of.phoneCallout),
  'meeting.participant_phone_callout_rejected': () => about(of.phoneCallout),
  'meeting.participant_phone_callout_ringing': () => about(of.phoneCallout),
  'meeting.participant_room_system_callout_accepted': () => about(of.roomCallout),
  'meeting.participant_room_system_callout_failed': () => about(of.roomCallout),
  'meeting.participant_room_system_callout_missed': () => about(of.roomCallout),
  'meeting.participant_room_system_callout_rejected': () => about(of.roomCallout),
  'meeting.participant_room_system_callout_ringing': () => about(of.roomCallout),

  'meeting.invitation_accepted': () => about(of.invitation, operator),
  'meeting.invitation_dispatched': () => about(of.invitation, operator),
  'meeting.invitation_rejected': () => about(of.invitation, operator),
  'meeting.invitation_timeout': () => about(of.invitation, operator),

  'meeting.sharing_started': () => about(of.sharing),
  'meeting.sharing_ended': () => about(of.sharing),
  'meeting.breakout_room_sharing_started': () => about(of.sharing),
  'meeting.breakout_room_sharing_ended': () => about(of.sharing),
  'meeting.live_streaming_started': () => about(streaming, operator),
  'meeting.live_streaming_stopped': () => about(streaming, operator),

  'meeting.chat_message_sent': () => about(of.chatMessage),
  'meeting.chat_message_file_sent': () => about(of.chatFileSent),
  'meeting.chat_message_file_downloaded': () => about(of.chatFileDownloaded, operator),

  'meeting.summary_completed': () => about({ ...summary, ...summaryText }),
  'meeting.summary_updated': () =>
    about(
      {
        ...summary,
        ...summaryText,
        ...texts('summary_last_modified_user_id summary_last_modified_user_email'),
        edited_summary: maybe({ ...texts('summary_overview summary_details'), ...lists('next_steps') }),
      },
      operator,
    ),
  'meeting.summary_shared': () =>
    about({ ...summary, share_with_users: many(texts('user_email')) }, operator),
  'meeting.summary_trashed': () => about(summary, operator),
  'meeting.summary_deleted': () => about(summary, operator),
  'meeting.summary_recovered': () => about(summary, operator),
  'meeting.ai_companion_started': () =>
    about({ ...companion, ai_companion: part(flags('questions summary')) }),
  'meeting.ai_companion_stopped': () =>
    about({ ...companion, ai_companion: part(flags('questions summary')) }),
  'meeting.ai_companion_assets_deleted': () =>
    about({ ...companion, ai_companion: part(lists('deleted_assets')) }),
  'meeting.aic_transcript_completed': () =>
    about({
      ...ids('meeting_uuid'),
      ...texts('host_id meeting_id meeting_topic meeting_start_time file_id attach_type'),
    }),
};
