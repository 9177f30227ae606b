import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { Occurrences } from './meeting-output.ts';
import { webinarRecurrence } from './recurrence.ts';
import { mergedSettings, scheduleFields } from './schedule-input.ts';
import {
  flag,
  idAsText,
  meetingNumber,
  meetingNumberOrUuid,
  occurrenceId,
  pageOutput,
  segment,
  text,
  userId,
} from './shapes.ts';
import { createSettings, updateSettings } from './webinar-settings.ts';

export * from './webinar-people.ts';

const WebinarRow = z.looseObject({
  id: idAsText,
  uuid: z.string().optional(),
  topic: z.string().default(''),
  type: z.number().describe('5 once, 6 recurring without fixed times, 9 recurring.'),
  host_id: z.string().optional(),
  start_time: z.string().optional(),
  duration: z.number().optional().describe('Planned length in minutes.'),
  timezone: z.string().optional(),
  join_url: z.string().optional(),
});

const Webinar = WebinarRow.extend({
  host_email: z.string().optional(),
  agenda: z.string().optional(),
  start_url: z.string().optional().describe('Starts it as the host for two hours. A secret.'),
  password: z.string().optional(),
  registration_url: z.string().optional().describe('Only where people register.'),
  occurrences: Occurrences,
  settings: z
    .looseObject({
      approval_type: z.number().optional().describe('0 automatic, 1 by hand, 2 no registration.'),
    })
    .optional(),
});

const webinarId = meetingNumber.describe('Number of the webinar, such as 912 3456 7890.');
const PLAN = 'Pro or higher with the webinar add-on for the host';
const WRITE_PLAN = `${PLAN}; at most 100 meetings and webinars created and changed per host and UTC day`;

const fields = {
  topic: text('Topic, such as Product launch.'),
  type: z
    .literal([5, 6, 9])
    .optional()
    .describe('5 once, as Zoom takes it, 6 recurring without fixed times, 9 recurring.'),
  duration: z.number().int().min(1).optional().describe('Length in minutes, such as 60.'),
  agenda: text('What it is about.'),
  recurrence: webinarRecurrence.describe('How a webinar of type 9 repeats.'),
  ...scheduleFields,
  is_simulive: flag('Whether a recording is played as if it were live.'),
  record_file_id: text('The recording that is played.'),
  transition_to_live: flag('Whether it turns live after the recording; a host must be there.'),
  simulive_delay_start: z
    .strictObject({
      enable: flag('Whether it starts later.'),
      time: z
        .number()
        .int()
        .min(1)
        .max(60)
        .optional()
        .describe('How much later, at most 60 seconds or 10 minutes.'),
      timeunit: z
        .enum(['second', 'minute'])
        .optional()
        .describe('Unit of `time`; seconds, as Zoom takes it.'),
    })
    .refine((it) => it.timeunit !== 'minute' || (it.time ?? 1) <= 10, {
      path: ['time'],
      error: 'at most 10 when `timeunit` is minute',
    })
    .optional()
    .describe('How much later the recording starts.'),
};

export const list = defineAction({
  title: "List a user's webinars",
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/users/{userId}/webinars',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['webinar:read:list_webinars:admin', 'webinar:read:list_webinars'],
  plan: PLAN,
  input: z.strictObject({
    userId,
    type: z
      .enum(['scheduled', 'upcoming'])
      .optional()
      .describe('Zoom takes `scheduled`, which is all, when not given.'),
    page_size: z.number().int().min(1).max(300).optional().describe('Rows per page, at most 300.'),
    page_number: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('Page to read, from 1. This list has no page tokens.'),
  }),
  output: z.looseObject({
    ...pageOutput,
    page_count: z.number().optional(),
    webinars: z.array(WebinarRow),
  }),
  example: { userId: 'ada@example.com' },
  pages: {
    kind: 'number',
    items: 'webinars',
    param: 'page_number',
    count: 'page_count',
    size: { param: 'page_size', max: 300 },
  },
  call: ({ userId: user, ...query }) => ({ method: 'GET', path: path`/users/${user}/webinars`, query }),
});

export const get = defineAction({
  title: 'Get a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/webinars/{webinarId}',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['webinar:read:webinar:admin', 'webinar:read:webinar'],
  plan: PLAN,
  input: z.strictObject({
    webinarId: meetingNumberOrUuid.describe('Number of the webinar, or UUID of one instance.'),
    occurrence_id: occurrenceId,
    show_previous_occurrences: flag('Whether to list the occurrences that are over, too.'),
  }),
  output: Webinar,
  example: { webinarId: '91234567890' },
  call: ({ webinarId: id, ...query }) => ({ method: 'GET', path: path`/webinars/${segment(id)}`, query }),
});

export const create = defineAction({
  title: 'Create a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/POST/users/{userId}/webinars',
  effect: 'write',
  idempotent: false,
  budget: 'light',
  scopes: ['webinar:write:webinar:admin', 'webinar:write:webinar'],
  plan: WRITE_PLAN,
  input: z
    .strictObject({
      userId,
      ...fields,
      template_id: text('Webinar template to start from.'),
      default_passcode: flag(
        'Whether Zoom makes a passcode when `password` is not given; yes, as Zoom takes it.',
      ),
      settings: createSettings,
    })
    .refine((it) => it.recurrence === undefined || it.type === 9 || it.type === 6, {
      path: ['recurrence'],
      error: '`recurrence` needs `type` 9: no other webinar repeats',
    }),
  output: Webinar,
  example: {
    userId: 'ada@example.com',
    topic: 'Product launch',
    type: 9,
    start_time: '2026-11-23T15:00:00Z',
    duration: 60,
    recurrence: { type: 1, repeat_interval: 1, end_times: 2 },
    settings: { approval_type: 0 },
  },
  call: ({ userId: user, settings, settings_extra_fields: extra, ...json }) => ({
    method: 'POST',
    path: path`/users/${user}/webinars`,
    json: { ...json, ...mergedSettings(settings, extra) },
  }),
});

export const update = defineAction({
  title: 'Update a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/PATCH/webinars/{webinarId}',
  effect: 'write',
  idempotent: true,
  budget: 'light',
  scopes: ['webinar:update:webinar:admin', 'webinar:update:webinar'],
  plan: WRITE_PLAN,
  // No field has a default: what is not given stays as it is.
  input: z.strictObject({
    webinarId,
    occurrence_id: occurrenceId.describe(
      'One occurrence; of it only agenda, start_time, duration and five settings (video, watermark, recording) can change.',
    ),
    ...fields,
    settings: updateSettings,
  }),
  output: z.undefined(),
  example: { webinarId: '91234567890', topic: 'Product launch, part two' },
  call: ({ webinarId: id, occurrence_id, settings, settings_extra_fields: extra, ...json }) => ({
    method: 'PATCH',
    path: path`/webinars/${id}`,
    query: { occurrence_id },
    json: { ...json, ...mergedSettings(settings, extra) },
  }),
});

export const remove = defineAction({
  title: 'Delete a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/DELETE/webinars/{webinarId}',
  effect: 'destroy',
  idempotent: true,
  budget: 'light',
  scopes: ['webinar:delete:webinar:admin', 'webinar:delete:webinar'],
  plan: PLAN,
  input: z.strictObject({
    webinarId,
    occurrence_id: occurrenceId.describe(
      'One occurrence of a series; without it the whole series is deleted.',
    ),
    cancel_webinar_reminder: flag(
      'Whether panelists and registrants are told by mail; no, as Zoom takes it.',
    ),
  }),
  output: z.undefined(),
  example: { webinarId: '91234567890', cancel_webinar_reminder: true },
  call: ({ webinarId: id, ...query }) => ({ method: 'DELETE', path: path`/webinars/${id}`, query }),
});
