import { z } from 'zod';
import { interpretationFields, muteFields, oneMuteRule, TWO_MUTE_RULES } from './interpretation.ts';
import { country, flag, text } from './shapes.ts';

const email = (whose: string) => z.email().optional().describe(`E-mail address of ${whose}.`);

const registration = {
  approval_type: z
    .literal([0, 1, 2])
    .optional()
    .describe('Registration: 0 approved by itself, 1 approved by the host, 2 none, as Zoom takes it.'),
  registration_type: z
    .literal([1, 2, 3])
    .optional()
    .describe('In a series: 1 register once for all, as Zoom takes it, 2 for each, 3 once and choose.'),
  registrants_email_notification: flag('Whether people are told by mail of approval, denial, cancellation.'),
  registrants_confirmation_email: flag(
    'Whether people get a confirmation mail; needs `registrants_email_notification`.',
  ),
  close_registration: flag('Whether registration closes after the date; no, as Zoom takes it.'),
  contact_name: text('Name of the contact for registration.'),
  contact_email: text('E-mail address of the contact for registration.'),
  show_share_button: flag('Whether the registration page has buttons for social media.'),
  allow_multiple_devices: flag('Whether a registered person may join from several devices.'),
};

const joining = {
  join_before_host: flag('Whether people may join before the host; off where a waiting room is on.'),
  jbh_time: z
    .literal([0, 5, 10, 15])
    .optional()
    .describe('How many minutes before the start, 0 for any time; goes with `join_before_host`.'),
  waiting_room: flag('Whether people wait until let in; switches `join_before_host` off.'),
  waiting_room_options: z
    .strictObject({
      mode: z
        .enum(['follow_setting', 'custom'])
        .describe('As set in the web portal, or as said in `who_goes_to_waiting_room`.'),
      who_goes_to_waiting_room: z
        .enum([
          'everyone',
          'users_not_in_account',
          'users_not_in_account_or_whitelisted_domains',
          'users_not_on_invite',
        ])
        .optional()
        .describe('Who has to wait; needed when `mode` is custom.'),
    })
    .refine((it) => it.mode !== 'custom' || it.who_goes_to_waiting_room !== undefined, {
      path: ['who_goes_to_waiting_room'],
      error: '`who_goes_to_waiting_room` is needed when `mode` is custom',
    })
    .optional()
    .describe('Who goes to the waiting room.'),
  meeting_authentication: flag('Whether only people who signed in may join.'),
  authentication_option: text('How they sign in: id of one of the authentication options of the user.'),
  authentication_domains: text(
    'Domains of people who may join, with commas between them, such as *.example.com.',
  ),
  approved_or_denied_countries_or_regions: z
    .strictObject({
      enable: flag('Whether countries are looked at.'),
      method: z
        .enum(['approve', 'deny'])
        .optional()
        .describe('Whether only `approved_list` may join, or all but `denied_list`.'),
      approved_list: z.array(country).optional().describe('Country codes that may join, such as DE.'),
      denied_list: z.array(country).optional().describe('Country codes that may not join, such as DE.'),
    })
    .optional()
    .describe('From which countries people may join.'),
  use_pmi: flag("Whether to use the host's personal meeting id; for types 2 and 3."),
  encryption_type: z
    .enum(['enhanced_encryption', 'e2ee'])
    .optional()
    .describe('`e2ee` is end to end, and switches recording and other features off.'),
  private_meeting: flag('Whether the meeting is private.'),
  internal_meeting: flag('Whether the meeting is for people of the account only; no, as Zoom takes it.'),
};

const soundAndPicture = {
  host_video: flag("Whether the host's video starts with the meeting."),
  participant_video: flag("Whether people's video starts with the meeting."),
  disable_participant_video: flag('Whether people have no video; only where Zoom support enabled it.'),
  mute_upon_entry: flag('Whether people are muted when they join; no, as Zoom takes it.'),
  ...muteFields,
  audio: z
    .enum(['both', 'telephony', 'voip', 'thirdParty'])
    .optional()
    .describe('How people hear: by telephone, computer or another provider; `both`, as Zoom takes it.'),
  audio_conference_info: z
    .string()
    .max(2048)
    .optional()
    .describe('How to reach the other provider of audio, at most 2,048 characters.'),
  global_dial_in_countries: z
    .array(country)
    .optional()
    .describe('Country codes with numbers to dial in, such as US.'),
  watermark: flag('Whether a shared screen bears the name of who looks at it.'),
  focus_mode: flag('Whether people see only the hosts.'),
  host_save_video_order: flag('Whether the host may save the order of the videos.'),
  device_testing: flag('Whether people may test their devices; no, as Zoom takes it.'),
  ...interpretationFields,
};

const recording = {
  auto_recording: z
    .enum(['local', 'cloud', 'none'])
    .optional()
    .describe('Where it is recorded by itself; `none`, as Zoom takes it.'),
  auto_add_recording_to_video_management: z
    .strictObject({
      enable: z.boolean().describe('Whether recordings are added.'),
      channels: z
        .array(
          z.strictObject({
            channel_id: z.string().describe('Id of the channel.'),
            name: text('Name of the channel.'),
          }),
        )
        .min(1)
        .max(5)
        .optional()
        .describe('Channels to add them to, at most 5.'),
    })
    .optional()
    .describe('Channels of video management that recordings are added to.'),
  auto_start_meeting_summary: flag('Whether AI Companion writes a summary.'),
  who_will_receive_summary: z
    .literal([1, 2, 3, 4])
    .optional()
    .describe('Who gets it: 1 host, 2 all hosts, 3 also invitees of the organisation, 4 all invitees.'),
  summary_template_id: text('Template of the summary.'),
  auto_start_ai_companion_questions: flag('Whether people may ask AI Companion about the meeting.'),
  who_can_ask_questions: z
    .literal([1, 2, 3, 4, 5])
    .optional()
    .describe(
      'Who may ask: 1 all, 2 participants from when they join, 3 host, 4 the organisation, 5 its participants from when they join.',
    ),
};

const people = {
  alternative_hosts: text('Addresses or ids of other hosts, with semicolons between them.'),
  alternative_hosts_email_notification: flag('Whether they are told by mail; yes, as Zoom takes it.'),
  alternative_host_update_polls: flag('Whether they may edit polls.'),
  alternative_host_manage_meeting_summary: flag('Whether they may manage summaries.'),
  alternative_host_manage_cloud_recording: flag('Whether they may manage cloud recordings.'),
  email_notification: flag('Whether hosts and schedulers are told by mail; yes, as Zoom takes it.'),
  email_in_attendee_report: flag('Whether reports hold the addresses of guests who signed in.'),
  meeting_invitees: z
    .array(z.strictObject({ email: email('the person') }))
    .optional()
    .describe('People who are invited.'),
  breakout_room: z
    .strictObject({
      enable: flag('Whether rooms are assigned beforehand.'),
      rooms: z
        .array(
          z.strictObject({
            name: text('Name of the room, such as Room 1.'),
            participants: z.array(z.string()).optional().describe('Addresses of the people in it.'),
          }),
        )
        .optional()
        .describe('The rooms.'),
    })
    .optional()
    .describe('Breakout rooms with people assigned beforehand.'),
  question_and_answer: z
    .strictObject({
      enable: flag('Whether there are questions and answers.'),
      allow_submit_questions: flag('Whether people may ask.'),
      allow_anonymous_questions: flag('Whether they may ask without a name.'),
      question_visibility: z
        .enum(['answered', 'all'])
        .optional()
        .describe('Whether people see answered questions only, or all.'),
      attendees_can_comment: flag('Whether people may comment.'),
      attendees_can_upvote: flag('Whether people may vote for questions.'),
    })
    .optional()
    .describe('Questions and answers in the meeting.'),
  continuous_meeting_chat: z
    .strictObject({
      enable: flag('Whether the chat goes on before and after the meeting.'),
      auto_add_invited_external_users: flag(
        'Whether invited people from outside are added. Deprecated by Zoom.',
      ),
      auto_add_meeting_participants: flag('Whether people who join are added. Deprecated by Zoom.'),
    })
    .optional()
    .describe('Chat that goes on around the meeting; for types 2, 3 and 8.'),
  participant_focused_meeting: flag(
    'Whether the meeting is focused on its participants; no, as Zoom takes it.',
  ),
  resources: z
    .array(
      z.strictObject({
        resource_type: z.literal('whiteboard').optional().describe('What it is; a whiteboard.'),
        resource_id: text('Id of the whiteboard.'),
        permission_level: z
          .enum(['editor', 'commenter', 'viewer'])
          .optional()
          .describe('What people may do with it; `editor`, as Zoom takes it.'),
      }),
    )
    .optional()
    .describe('Whiteboards of the meeting.'),
  calendar_type: z
    .literal([1, 2])
    .optional()
    .describe('Calendar that it was scheduled with: 1 Outlook, 2 Google.'),
  push_change_to_calendar: flag('Whether changes go to the connected calendar.'),
  cn_meeting: flag('Whether it is held in China. Deprecated by Zoom.'),
  in_meeting: flag('Whether it is held in India. Deprecated by Zoom.'),
};

const common = { ...registration, ...joining, ...soundAndPicture, ...recording, ...people };

const exception = { email: email('the person'), name: text('Name of the person.') };

/** Settings that a new meeting takes. */
export const createSettings = z
  .strictObject({
    ...common,
    authentication_exception: z
      .array(z.strictObject(exception))
      .optional()
      .describe('People who need not sign in; each gets a link of their own.'),
    additional_data_center_regions: z
      .array(country)
      .optional()
      .describe('Country codes of more data centres, such as HK.'),
    show_join_info: flag('Whether the confirmation page of registration shows how to join.'),
  })
  .refine(oneMuteRule, TWO_MUTE_RULES)
  .optional()
  .describe('Settings of the meeting; what is not given is as the host or Zoom has it.');

/** Settings that a meeting can be changed in. */
export const updateSettings = z
  .strictObject({
    ...common,
    authentication_exception: z
      .array(z.strictObject({ ...exception, join_url: text('Link of the person.') }))
      .optional()
      .describe('People who need not sign in; each gets a link of their own.'),
    authentication_name: text('Name of the way to sign in.'),
    custom_keys: z
      .array(
        z.strictObject({
          key: z.string().max(64).describe('Name, at most 64 characters.'),
          value: z.string().max(256).describe('Value, at most 256 characters.'),
        }),
      )
      .max(10)
      .optional()
      .describe('Names and values of your own, at most 10.'),
    enforce_login: flag('Whether only people who signed in may join. Deprecated by Zoom.'),
    enforce_login_domains: text('Domains of people who may join. Deprecated by Zoom.'),
    global_dial_in_numbers: z
      .array(
        z.strictObject({
          city: text('City of the number, such as Chicago.'),
          country: country.optional().describe('Country code, such as BR.'),
          country_name: text('Country in words, such as Brazil.'),
          number: text('The number, such as +1 2332357613.'),
          type: z.enum(['toll', 'tollfree']).optional().describe('Whether calling it costs.'),
        }),
      )
      .optional()
      .describe('Numbers to dial in.'),
  })
  .refine(oneMuteRule, TWO_MUTE_RULES)
  .optional()
  .describe('Settings to change; what is not given stays as it is.');
