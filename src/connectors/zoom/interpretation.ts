import { z } from 'zod';
import { flag, text } from './shapes.ts';

const email = z.email().optional().describe('Address of the interpreter.');

/** Interpreters of spoken and of signed language; meetings and webinars say it alike. */
export const interpretationFields = {
  language_interpretation: z
    .strictObject({
      enable: flag('Whether there are interpreters.'),
      interpreters: z
        .array(
          z.strictObject({
            email,
            languages: text('Two country codes with a comma between them, such as US,CN; old form.'),
            interpreter_languages: text('Two languages with a comma between them, such as English,Chinese.'),
          }),
        )
        .optional()
        .describe('The interpreters and between which languages they translate.'),
    })
    .optional()
    .describe('Interpreters of spoken language; only where the account has the feature.'),
  sign_language_interpretation: z
    .strictObject({
      enable: flag('Whether there are interpreters.'),
      interpreters: z
        .array(z.strictObject({ email, sign_language: text('Sign language, such as American.') }))
        .max(20)
        .optional()
        .describe('The interpreters, at most 20, and their languages.'),
    })
    .optional()
    .describe('Interpreters of sign language; only where the account has the feature.'),
};

interface MuteSettings {
  request_permission_to_unmute_participants?: boolean | undefined;
  allow_host_control_participant_mute_state?: boolean | undefined;
}

/** Who may unmute people; only one of the two may be on. */
export const muteFields = {
  request_permission_to_unmute_participants: flag(
    'Whether the host asks people once and may then unmute them.',
  ),
  allow_host_control_participant_mute_state: flag(
    'Whether hosts control the microphones fully; not with `request_permission_to_unmute_participants`.',
  ),
};

export const oneMuteRule = (it: MuteSettings): boolean =>
  !(
    it.request_permission_to_unmute_participants === true &&
    it.allow_host_control_participant_mute_state === true
  );

export const TWO_MUTE_RULES = {
  path: ['allow_host_control_participant_mute_state'],
  error:
    '`request_permission_to_unmute_participants` and `allow_host_control_participant_mute_state` exclude each other: switch on one of them',
};
