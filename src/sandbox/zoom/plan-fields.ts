/** What the documents allow in the bodies that plan meetings and webinars (FACTS G, items 7, 9 and their like). */
import {
  type Field,
  type Fields,
  among,
  email,
  flag,
  listOf,
  moment,
  object,
  text,
  whole,
  word,
} from './fields.ts';

const flags = (...names: readonly string[]): Fields => Object.fromEntries(names.map((name) => [name, flag]));

const interpreters = object({ enable: flag, interpreters: listOf(object({ email })) });

const SHARED_SETTINGS: Fields = {
  ...flags(
    'allow_multiple_devices',
    'alternative_host_update_polls',
    'close_registration',
    'host_video',
    'meeting_authentication',
    'registrants_confirmation_email',
    'registrants_email_notification',
    'show_share_button',
    'show_join_info',
    'request_permission_to_unmute_participants',
    'allow_host_control_participant_mute_state',
    'email_in_attendee_report',
  ),
  additional_data_center_regions: listOf(text()),
  alternative_hosts: text(),
  approval_type: among(0, 1, 2),
  audio: word('both', 'telephony', 'voip', 'thirdParty'),
  audio_conference_info: text(2048),
  authentication_domains: text(),
  authentication_option: text(),
  auto_recording: word('local', 'cloud', 'none'),
  contact_email: text(),
  contact_name: text(),
  global_dial_in_countries: listOf(text()),
  language_interpretation: interpreters,
  sign_language_interpretation: interpreters,
  registration_type: among(1, 2, 3),
};

const MEETING_SETTINGS: Fields = {
  ...SHARED_SETTINGS,
  ...flags(
    'alternative_hosts_email_notification',
    'cn_meeting',
    'email_notification',
    'focus_mode',
    'in_meeting',
    'join_before_host',
    'mute_upon_entry',
    'participant_video',
    'private_meeting',
    'use_pmi',
    'waiting_room',
    'watermark',
    'host_save_video_order',
    'alternative_host_manage_meeting_summary',
    'alternative_host_manage_cloud_recording',
    'internal_meeting',
    'participant_focused_meeting',
    'push_change_to_calendar',
    'auto_start_meeting_summary',
    'auto_start_ai_companion_questions',
    'device_testing',
    'disable_participant_video',
  ),
  authentication_exception: listOf(object({ email, name: text() })),
  breakout_room: object({
    enable: flag,
    rooms: listOf(object({ name: text(), participants: listOf(text()) })),
  }),
  calendar_type: among(1, 2),
  encryption_type: word('enhanced_encryption', 'e2ee'),
  jbh_time: among(0, 5, 10, 15),
  meeting_invitees: listOf(object({ email })),
  who_will_receive_summary: among(1, 2, 3, 4),
  who_can_ask_questions: among(1, 2, 3, 4, 5),
};

const notification = object({ enable: flag, type: whole(0, 7) });

const WEBINAR_SETTINGS: Fields = {
  ...SHARED_SETTINGS,
  ...flags(
    'enforce_login',
    'hd_video',
    'hd_video_for_attendees',
    'panelist_authentication',
    'add_watermark',
    'add_audio_watermark',
    'on_demand',
    'panelists_invitation_email_notification',
    'panelists_video',
    'post_webinar_survey',
    'practice_session',
    'send_1080p_video_to_attendees',
    'enable_session_branding',
  ),
  attendees_and_panelists_reminder_email_notification: notification,
  follow_up_absentees_email_notification: notification,
  follow_up_attendees_email_notification: notification,
  question_and_answer: object({ enable: flag, answer_questions: word('only', 'all') }),
  registrants_restrict_number: whole(0, 20_000),
};

const recurrence: Field = object(
  {
    type: among(1, 2, 3),
    repeat_interval: whole(1, 99),
    weekly_days: { is: 'text', like: /^[1-7](,\s*[1-7])*$/ },
    monthly_day: whole(1, 31),
    monthly_week: among(-1, 1, 2, 3, 4),
    monthly_week_day: whole(1, 7),
    end_times: whole(0, 60),
    end_date_time: moment,
  },
  'type',
);

const SHARED: Fields = {
  password: text(10),
  recurrence,
  schedule_for: text(),
  start_time: moment,
  template_id: text(),
  timezone: text(),
  tracking_fields: listOf(object({ field: text(), value: text() }, 'field')),
};

/** The body of a meeting. */
export const MEETING_FIELDS: Fields = {
  ...SHARED,
  agenda: text(2000),
  default_password: flag,
  duration: whole(1, 1440),
  pre_schedule: flag,
  settings: object(MEETING_SETTINGS),
  topic: text(200),
  type: among(1, 2, 3, 8, 10),
};

/** The body of a webinar; only the answer's schema names a length for the topic. */
export const WEBINAR_FIELDS: Fields = {
  ...SHARED,
  agenda: text(),
  default_passcode: flag,
  duration: whole(1),
  settings: object(WEBINAR_SETTINGS),
  topic: text(200),
  type: among(5, 6, 9),
  is_simulive: flag,
  record_file_id: text(),
  transition_to_live: flag,
};
