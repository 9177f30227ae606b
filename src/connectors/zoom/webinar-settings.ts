import { z } from 'zod';
import { interpretationFields, muteFields, oneMuteRule, TWO_MUTE_RULES } from './interpretation.ts';
import { country, flag, text } from './shapes.ts';

const followUp = (to: string) =>
  z
    .strictObject({
      enable: flag('Whether the mail is sent.'),
      type: z
        .literal([0, 1, 2, 3, 4, 5, 6, 7])
        .optional()
        .describe('How many days after the planned end, from 1 to 7; 0 for none.'),
    })
    .optional()
    .describe(`Mail afterwards to ${to}.`);

const registration = {
  approval_type: z
    .literal([0, 1, 2])
    .optional()
    .describe('Registration: 0 approved by itself, 1 approved by the host, 2 none, as Zoom takes it.'),
  registration_type: z
    .literal([1, 2, 3])
    .optional()
    .describe('In a series: 1 register once for all, as Zoom takes it, 2 for each, 3 once and choose.'),
  registrants_restrict_number: z
    .number()
    .int()
    .min(0)
    .max(20_000)
    .optional()
    .describe('Most people who may register, at most 20,000; 0 for no limit, as Zoom takes it.'),
  registrants_email_notification: flag('Whether people are told by mail of approval, denial, cancellation.'),
  registrants_confirmation_email: flag(
    'Whether people get a confirmation mail; needs `registrants_email_notification`.',
  ),
  close_registration: flag('Whether registration closes after the date. Deprecated by Zoom.'),
  contact_name: text('Name of the contact for registration.'),
  contact_email: text('E-mail address of the contact for registration.'),
  show_share_button: flag('Whether the registration page has buttons for social media.'),
  show_join_info: flag('Whether the confirmation page of registration shows how to join.'),
  allow_multiple_devices: flag('Whether a registered person may join from several devices.'),
  email_language: z
    .enum([
      'en-US',
      'de-DE',
      'es-ES',
      'fr-FR',
      'id-ID',
      'jp-JP',
      'nl-NL',
      'pl-PL',
      'pt-PT',
      'ru-RU',
      'tr-TR',
      'zh-CN',
      'zh-TW',
      'ko-KO',
      'it-IT',
      'vi-VN',
    ])
    .optional()
    .describe('Language of the mails.'),
};

const mails = {
  attendees_and_panelists_reminder_email_notification: z
    .strictObject({
      enable: flag('Whether the mail is sent.'),
      type: z
        .literal([0, 1, 2, 3, 4, 5, 6, 7])
        .optional()
        .describe('When, as a sum: 1 an hour before, 2 a day before, 4 a week before; 0 for none.'),
    })
    .optional()
    .describe('Reminder to attendees and panelists.'),
  follow_up_attendees_email_notification: followUp('those who came'),
  follow_up_absentees_email_notification: followUp('those who did not come'),
  panelists_invitation_email_notification: flag('Whether panelists are invited by mail.'),
  email_in_attendee_report: flag('Whether reports hold the addresses of guests.'),
  post_webinar_survey: flag('Whether a survey opens when people leave.'),
  survey_url: text('Address of that survey.'),
};

const joining = {
  alternative_hosts: text('Addresses or ids of other hosts, with commas between them.'),
  alternative_host_update_polls: flag('Whether they may edit polls.'),
  meeting_authentication: flag('Whether only people who signed in may join.'),
  panelist_authentication: flag('Whether panelists must sign in.'),
  authentication_option: text('How they sign in: id of one of the authentication options of the user.'),
  authentication_domains: text(
    'Domains of people who may join, with commas between them, such as *.example.com.',
  ),
  enforce_login: flag('Whether only people who signed in may join. Deprecated by Zoom.'),
  enforce_login_domains: text('Domains of people who may join. Deprecated by Zoom.'),
  additional_data_center_regions: z
    .array(country)
    .optional()
    .describe('Country codes of more data centres, such as HK.'),
  on_demand: flag('Whether people who register can watch it later; no, as Zoom takes it.'),
  practice_session: flag('Whether hosts and panelists may rehearse before the start; no, as Zoom takes it.'),
};

const soundAndPicture = {
  host_video: flag("Whether the host's video starts with the webinar."),
  panelists_video: flag("Whether panelists' video starts with the webinar."),
  hd_video: flag('Whether the video is in high definition; no, as Zoom takes it.'),
  hd_video_for_attendees: flag('Whether it is so for attendees; no, as Zoom takes it.'),
  send_1080p_video_to_attendees: flag('Whether attendees get 1080p; no, as Zoom takes it.'),
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
  auto_recording: z
    .enum(['local', 'cloud', 'none'])
    .optional()
    .describe('Where it is recorded by itself; `none`, as Zoom takes it.'),
  add_watermark: flag('Whether a shared screen bears the name of who looks at it.'),
  add_audio_watermark: flag('Whether the sound bears the name of who hears it.'),
  enable_session_branding: flag('Whether the host may set a background and name tags.'),
  ...muteFields,
  ...interpretationFields,
  question_and_answer: z
    .strictObject({
      enable: flag('Whether there are questions and answers.'),
      allow_submit_questions: flag('Whether people may ask.'),
      allow_anonymous_questions: flag('Whether they may ask without a name.'),
      answer_questions: z
        .enum(['only', 'all'])
        .optional()
        .describe('Whether people see answered questions `only`, or `all`.'),
      attendees_can_comment: flag('Whether people may comment.'),
      attendees_can_upvote: flag('Whether people may vote for questions.'),
      allow_auto_reply: flag('Whether a simulated live webinar answers by itself.'),
      auto_reply_text: text('Text of that answer.'),
    })
    .optional()
    .describe('Questions and answers in the webinar.'),
};

const common = { ...registration, ...mails, ...joining, ...soundAndPicture };

/** Settings that a new webinar takes. */
export const createSettings = z
  .strictObject(common)
  .refine(oneMuteRule, TWO_MUTE_RULES)
  .optional()
  .describe('Settings of the webinar; what is not given is as the host or Zoom has it.');

/** Settings that a webinar can be changed in. */
export const updateSettings = z
  .strictObject({
    ...common,
    notify_registrants: flag('Whether people who registered are told of the change.'),
  })
  .refine(oneMuteRule, TWO_MUTE_RULES)
  .optional()
  .describe('Settings to change; what is not given stays as it is.');
