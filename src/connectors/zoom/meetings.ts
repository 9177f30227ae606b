import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { Meeting, MeetingRow } from './meeting-output.ts';
import { createSettings, updateSettings } from './meeting-settings.ts';
import { meetingRecurrence } from './recurrence.ts';
import { mergedSettings, scheduleFields } from './schedule-input.ts';
import {
  flag,
  meetingNumber,
  occurrenceId,
  pageInput,
  pageOutput,
  text,
  tokenPages,
  userId,
} from './shapes.ts';
import { date } from './times.ts';

export * from './meeting-registrants.ts';

const meetingId = meetingNumber.describe('Number of the meeting, such as 857 4606 5432.');

const fields = {
  topic: z.string().max(200).optional().describe('Topic, at most 200 characters, such as Weekly review.'),
  type: z
    .literal([1, 2, 3, 8, 10])
    .optional()
    .describe('1 instant, 2 scheduled, 3 recurring without fixed times, 8 recurring, 10 screen share only.'),
  duration: z
    .number()
    .int()
    .min(1)
    .max(1440)
    .optional()
    .describe('Length in minutes, at most 1,440, such as 45.'),
  agenda: z.string().max(2000).optional().describe('What it is about, at most 2,000 characters.'),
  template_id: text('Meeting template of the account to start from.'),
  pre_schedule: flag('Whether it is made beforehand for Google Workspace; for types 2 and 3.'),
  recurrence: meetingRecurrence.describe('How a meeting of type 8 repeats.'),
  ...scheduleFields,
};

export const list = defineAction({
  title: "List a user's meetings",
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/users/{userId}/meetings',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['meeting:read:list_meetings:admin', 'meeting:read:list_meetings'],
  input: z.strictObject({
    userId,
    type: z
      .enum(['scheduled', 'live', 'upcoming', 'upcoming_meetings', 'previous_meetings'])
      .optional()
      .describe('Which meetings; Zoom takes `scheduled` when it is not given. Instant meetings are in none.'),
    from: date.optional().describe('First day, in UTC.'),
    to: date.optional().describe('Last day, in UTC.'),
    timezone: text('Time zone of `from` and `to`, such as Europe/Berlin.'),
    ...pageInput(300),
  }),
  output: z.looseObject({ ...pageOutput, meetings: z.array(MeetingRow) }),
  example: { userId: 'ada@example.com', type: 'previous_meetings', from: '2026-10-01', to: '2026-10-31' },
  pages: tokenPages('meetings', 300),
  call: ({ userId: user, ...query }) => ({ method: 'GET', path: path`/users/${user}/meetings`, query }),
});

export const get = defineAction({
  title: 'Get a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/meetings/{meetingId}',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['meeting:read:meeting:admin', 'meeting:read:meeting'],
  input: z.strictObject({
    meetingId,
    occurrence_id: occurrenceId,
    show_previous_occurrences: flag('Whether to list the occurrences that are over, too.'),
  }),
  output: Meeting,
  example: { meetingId: '85746065432' },
  call: ({ meetingId: id, ...query }) => ({ method: 'GET', path: path`/meetings/${id}`, query }),
});

export const create = defineAction({
  title: 'Create a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/POST/users/{userId}/meetings',
  effect: 'write',
  idempotent: false,
  budget: 'light',
  scopes: ['meeting:write:meeting:admin', 'meeting:write:meeting'],
  plan: 'At most 100 meetings and webinars created and changed per host and UTC day',
  input: z
    .strictObject({
      userId,
      ...fields,
      default_password: flag(
        'Whether Zoom makes a passcode when `password` is not given; yes, as Zoom takes it.',
      ),
      settings: createSettings,
    })
    .refine((it) => it.recurrence === undefined || it.type === 8 || it.type === 3, {
      path: ['recurrence'],
      error: '`recurrence` needs `type` 8: no other meeting repeats',
    }),
  output: Meeting,
  example: {
    userId: 'ada@example.com',
    topic: 'Weekly review',
    type: 8,
    start_time: '2026-11-23T14:00:00Z',
    timezone: 'Europe/Berlin',
    duration: 45,
    recurrence: { type: 2, weekly_days: '2', end_times: 10 },
    settings: { approval_type: 0, auto_recording: 'cloud' },
  },
  call: ({ userId: user, settings, settings_extra_fields: extra, ...json }) => ({
    method: 'POST',
    path: path`/users/${user}/meetings`,
    json: { ...json, ...mergedSettings(settings, extra) },
  }),
});

export const update = defineAction({
  title: 'Update a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/PATCH/meetings/{meetingId}',
  effect: 'write',
  idempotent: true,
  budget: 'light',
  scopes: ['meeting:update:meeting:admin', 'meeting:update:meeting'],
  plan: 'At most 100 meetings and webinars created and changed per host and UTC day',
  // No field has a default: what is not given stays as it is.
  input: z.strictObject({
    meetingId,
    occurrence_id: occurrenceId.describe(
      'One occurrence; of it only agenda, start_time, duration and seven settings (video, joining, waiting room, watermark, recording) can change.',
    ),
    ...fields,
    settings: updateSettings,
  }),
  output: z.undefined(),
  example: { meetingId: '85746065432', topic: 'Monthly review', settings: { waiting_room: true } },
  call: ({ meetingId: id, occurrence_id, settings, settings_extra_fields: extra, ...json }) => ({
    method: 'PATCH',
    path: path`/meetings/${id}`,
    query: { occurrence_id },
    json: { ...json, ...mergedSettings(settings, extra) },
  }),
});

export const remove = defineAction({
  title: 'Delete a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/DELETE/meetings/{meetingId}',
  effect: 'destroy',
  idempotent: true,
  budget: 'light',
  scopes: ['meeting:delete:meeting:admin', 'meeting:delete:meeting'],
  input: z.strictObject({
    meetingId,
    occurrence_id: occurrenceId.describe(
      'One occurrence of a series; without it the whole series is deleted.',
    ),
    schedule_for_reminder: flag('Whether the hosts are told by mail.'),
    cancel_meeting_reminder: flag('Whether registrants are told by mail; no, as Zoom takes it.'),
  }),
  output: z.undefined(),
  example: { meetingId: '85746065432', cancel_meeting_reminder: true },
  call: ({ meetingId: id, ...query }) => ({ method: 'DELETE', path: path`/meetings/${id}`, query }),
});

export const end = defineAction({
  title: 'End a meeting that is going on',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/PUT/meetings/{meetingId}/status',
  effect: 'write',
  idempotent: true,
  budget: 'light',
  scopes: ['meeting:update:status:admin', 'meeting:update:status'],
  input: z.strictObject({ meetingId }),
  output: z.undefined(),
  example: { meetingId: '85746065432' },
  call: (input) => ({
    method: 'PUT',
    path: path`/meetings/${input.meetingId}/status`,
    json: { action: 'end' },
  }),
});

export const invitation = defineAction({
  title: 'Get the invitation to a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/GET/meetings/{meetingId}/invitation',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['meeting:read:invitation:admin', 'meeting:read:invitation'],
  input: z.strictObject({ meetingId }),
  output: z.looseObject({
    invitation: z.string().describe('Text of several lines.'),
    sip_links: z.array(z.string()).optional(),
  }),
  example: { meetingId: '85746065432' },
  call: (input) => ({ method: 'GET', path: path`/meetings/${input.meetingId}/invitation` }),
});
