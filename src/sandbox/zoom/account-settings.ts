/** Settings of the account and of its users, as their documents have them; a client that wants one asks for it by name. */
import { random } from '../random.ts';
import { opaqueId } from './ids.ts';
import type { WorldUser } from './people.ts';
import type { World } from './world.ts';

/** Settings by section. */
export type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The account's own. */
export function accountSettings(): Settings {
  return {
    schedule_meeting: {
      audio_type: 'both',
      enforce_login: false,
      enforce_login_domains: '',
      enforce_login_with_domains: false,
      host_video: true,
      join_before_host: false,
      not_store_meeting_topic: false,
      participant_video: true,
      use_pmi_for_instant_meetings: false,
      use_pmi_for_scheduled_meetings: false,
      require_password_for_scheduling_new_meetings: true,
      require_password_for_instant_meetings: true,
      require_password_for_pmi_meetings: 'all',
      continuous_meeting_chat: {
        enable: true,
        can_add_external_users: false,
        auto_add_invited_external_users: false,
      },
    },
    in_meeting: {
      annotation: true,
      alert_guest_join: true,
      allow_live_streaming: false,
      allow_participants_chat_with: 1,
      allow_users_save_chats: 3,
      attendee_on_hold: false,
      auto_saving_chat: false,
      breakout_room: true,
      chat: true,
      closed_caption: true,
      co_host: true,
      e2e_encryption: false,
      entry_exit_chime: 'none',
      far_end_camera_control: false,
      feedback: true,
      file_transfer: false,
      meeting_question_answer: true,
      meeting_reactions: true,
      meeting_survey: true,
      non_verbal_feedback: true,
      polling: true,
      private_chat: true,
      remote_control: true,
      remote_support: true,
      screen_sharing: true,
      virtual_background: true,
      webinar_survey: true,
      who_can_share_screen: 'all',
      who_can_share_screen_when_someone_is_sharing: 'host',
    },
    email_notification: {
      alternative_host_reminder: true,
      cancel_meeting_reminder: true,
      cloud_recording_available_reminder: true,
      jbh_reminder: true,
      low_host_count_reminder: false,
      schedule_for_reminder: true,
    },
    recording: {
      local_recording: true,
      cloud_recording: true,
      auto_recording: 'none',
      auto_delete_cmr: false,
      auto_delete_cmr_days: 90,
      account_user_access_recording: false,
      cloud_recording_download: true,
      host_delete_cloud_recording: true,
      record_audio_file: true,
      record_gallery_view: false,
      record_speaker_view: true,
      recording_audio_transcript: true,
      recording_disclaimer: false,
      save_chat_text: true,
      show_timestamp: false,
    },
    telephony: {
      audio_conference_info: '',
      third_party_audio: false,
      telephony_regions: { allowed_values: ['US', 'AT', 'JP'], selection_values: 'US' },
    },
    security: {
      admin_change_name_pic: true,
      hide_billing_info: false,
      import_photos_from_devices: true,
      sign_again_period_for_inactivity_on_client: 0,
      sign_again_period_for_inactivity_on_web: 0,
      sign_in_with_two_factor_auth: 'none',
      password_requirement: {
        consecutive_characters_length: 0,
        have_special_character: false,
        minimum_password_length: 8,
        weak_enhance_detection: true,
      },
    },
    feature: { meeting_capacity: 300 },
    zoom_rooms: {
      upcoming_meeting_alert: true,
      start_airplay_manually: false,
      weekly_system_restart: true,
      list_meetings_with_calendar: true,
      ultrasonic: true,
      zr_post_meeting_feedback: false,
    },
  };
}

/** Which of them users can no longer change: those that are off, and every third one else. */
export function lockedSettings(): Settings {
  const locked: Record<string, Record<string, boolean>> = {};
  for (const section of ['schedule_meeting', 'in_meeting', 'email_notification', 'recording'] as const) {
    const names = Object.keys(accountSettings()[section] ?? {}).filter((name) => LOCKABLE.has(name));
    locked[section] = Object.fromEntries(names.map((name, i) => [name, i % 3 === 0]));
  }
  return { ...locked, telephony: { telephony_regions: false, third_party_audio: true } };
}

const LOCKABLE = new Set(
  `audio_type enforce_login enforce_login_with_domains host_video join_before_host meeting_authentication
  not_store_meeting_topic always_display_zoom_webinar_as_topic participant_video use_pmi_for_instant_meetings
  use_pmi_for_scheduled_meetings require_password_for_scheduling_new_meetings require_password_for_instant_meetings
  require_password_for_pmi_meetings continuous_meeting_chat annotation alert_guest_join allow_live_streaming
  attendee_on_hold auto_saving_chat breakout_room chat closed_caption co_host e2e_encryption far_end_camera_control
  feedback file_transfer meeting_question_answer meeting_reactions meeting_survey non_verbal_feedback polling
  private_chat remote_control remote_support screen_sharing virtual_background webinar_survey
  alternative_host_reminder cancel_meeting_reminder cloud_recording_available_reminder jbh_reminder
  schedule_for_reminder local_recording cloud_recording auto_recording auto_delete_cmr account_user_access_recording
  cloud_recording_download host_delete_cloud_recording`.split(/\s+/),
);

/** Of one user: the account's, with what this one has changed. `webinar` is the licence, in effect. */
export function userSettings(world: World, user: WorldUser, webinar: boolean): Settings {
  const all = accountSettings();
  const stream = random(world.ground.seed, 'user-settings', user.index);
  return {
    schedule_meeting: {
      audio_type: 'both',
      default_password_for_scheduled_meetings: '',
      force_pmi_jbh_password: false,
      host_video: stream.chance(0.7),
      join_before_host: stream.chance(0.2),
      participants_video: stream.chance(0.7),
      personal_meeting: true,
      pstn_password_protected: true,
      require_password_for_instant_meetings: true,
      require_password_for_pmi_meetings: 'all',
      require_password_for_scheduling_new_meetings: true,
      use_pmi_for_instant_meetings: stream.chance(0.2),
      use_pmi_for_scheduled_meetings: false,
    },
    in_meeting: pick(all['in_meeting'], [
      'annotation',
      'attendee_on_hold',
      'auto_saving_chat',
      'breakout_room',
      'chat',
      'closed_caption',
      'co_host',
      'e2e_encryption',
      'entry_exit_chime',
      'far_end_camera_control',
      'feedback',
      'file_transfer',
      'meeting_reactions',
      'non_verbal_feedback',
      'polling',
      'private_chat',
      'remote_control',
      'remote_support',
      'screen_sharing',
      'virtual_background',
      'who_can_share_screen',
    ]),
    email_notification: pick(all['email_notification'], [
      'alternative_host_reminder',
      'cancel_meeting_reminder',
      'cloud_recording_available_reminder',
      'jbh_reminder',
      'schedule_for_reminder',
    ]),
    recording: {
      local_recording: true,
      cloud_recording: user.type === 2,
      auto_recording: stream.pick(['none', 'none', 'cloud', 'local']),
      record_speaker_view: true,
      record_gallery_view: false,
      record_audio_file: true,
      recording_audio_transcript: true,
      save_chat_text: true,
      show_timestamp: stream.chance(0.3),
    },
    telephony: {
      audio_conference_info: '',
      show_international_numbers_link: true,
      third_party_audio: false,
    },
    tsp: { call_out: false, show_international_numbers_link: true },
    feature: {
      meeting_capacity: user.type === 2 ? 300 : 100,
      large_meeting: false,
      webinar,
      ...(webinar ? { webinar_capacity: 500 } : {}),
      zoom_phone: user.type === 2,
      zoom_whiteboard: true,
    },
  };
}

function pick(
  from: Readonly<Record<string, unknown>> | undefined,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, from?.[name]]));
}

/** How people prove who they are, for `option=meeting_authentication` and `recording_authentication`. */
export function authenticationOptions(world: World, kind: 'meeting' | 'recording'): unknown {
  const authentication_options = [
    {
      id: opaqueId(world.ground.seed, 'authentication', kind),
      name: 'Signed-in users of the account',
      type: kind === 'meeting' ? 'enforce_login_with_same_account' : 'internally',
      default_option: true,
      visible: true,
    },
  ];
  return {
    [`${kind}_authentication`]: true,
    authentication_options,
  };
}

/** What `option=meeting_security` answers. */
export const MEETING_SECURITY: Readonly<Record<string, unknown>> = {
  auto_security: true,
  block_user_domain: false,
  embed_password_in_join_link: true,
  encryption_type: 'enhanced_encryption',
  end_to_end_encrypted_meetings: false,
  meeting_password: true,
  only_authenticated_can_join_from_webclient: false,
  phone_password: true,
  pmi_password: true,
  waiting_room: false,
  webinar_password: true,
};

/** Only the named fields, wherever they stand: `custom_query_fields=host_video,polling`. */
export function onlyFields(settings: Settings, fields: string | null): Settings {
  if (fields === null || fields === '') return settings;
  const wanted = new Set(fields.split(',').map((name) => name.trim()));
  const kept: Record<string, Record<string, unknown>> = {};
  for (const [section, values] of Object.entries(settings)) {
    const own = Object.entries(values).filter(([name]) => wanted.has(name) || wanted.has(section));
    if (own.length > 0) kept[section] = Object.fromEntries(own);
  }
  return kept;
}
