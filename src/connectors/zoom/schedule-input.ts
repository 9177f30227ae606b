import { z } from 'zod';
import { text } from './shapes.ts';
import { startTime } from './times.ts';

/** What a meeting and a webinar are planned with alike. */
export const scheduleFields = {
  start_time: startTime
    .optional()
    .describe('Start: with `Z` in UTC, such as 2026-11-21T15:00:00Z, without it in `timezone`.'),
  timezone: text('Time zone of `start_time`, such as Europe/Berlin; that of the account when not given.'),
  password: z.string().max(10).optional().describe('Passcode, at most 10 characters.'),
  schedule_for: text('Id or address of the user whom it is scheduled for.'),
  tracking_fields: z
    .array(
      z.strictObject({
        field: z.string().describe('Label of the tracking field.'),
        value: text('Its value.'),
      }),
    )
    .optional()
    .describe('Tracking fields of the account and their values.'),
  settings_extra_fields: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Settings that are newer than this list, by name; laid over `settings`.'),
};

/** The settings to send with the extra ones over them; nothing where neither is given. */
export function mergedSettings(
  settings: Readonly<Record<string, unknown>> | undefined,
  extra: Readonly<Record<string, unknown>> | undefined,
): { settings?: Readonly<Record<string, unknown>> } {
  return settings || extra ? { settings: { ...settings, ...extra } } : {};
}
