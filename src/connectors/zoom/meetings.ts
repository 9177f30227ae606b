import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { date, idAsText, meetingNumber, pageInput, pageOutput, tokenPages, Registrant } from './shapes.ts';

const MeetingRow = z.looseObject({
  id: idAsText,
  uuid: z.string(),
  topic: z.string().default(''),
  type: z.number(),
  host_id: z.string().optional(),
  start_time: z.string().optional(),
  duration: z.number().optional().describe('Planned length in minutes.'),
});

export const list = defineAction({
  title: "List a user's meetings",
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/users/{userId}/meetings',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['meeting:read:list_meetings:admin', 'meeting:read:list_meetings'],
  input: z.strictObject({
    userId: z.string().min(1).describe('User id, e-mail address, or `me` with a user-level token.'),
    type: z
      .enum(['scheduled', 'live', 'upcoming', 'upcoming_meetings', 'previous_meetings'])
      .optional()
      .describe('Which meetings; Zoom takes `scheduled` when it is not given. Instant meetings are in none.'),
    from: date.optional().describe('First day, in UTC.'),
    to: date.optional().describe('Last day, in UTC.'),
    timezone: z.string().optional().describe('Time zone of `from` and `to`, such as Europe/Berlin.'),
    ...pageInput(300),
  }),
  output: z.looseObject({ ...pageOutput, meetings: z.array(MeetingRow) }),
  example: { userId: 'ada@example.com', type: 'previous_meetings', from: '2026-10-01', to: '2026-10-31' },
  pages: tokenPages('meetings', 300),
  call: ({ userId, ...query }) => ({ method: 'GET', path: path`/users/${userId}/meetings`, query }),
});

export const get = defineAction({
  title: 'Get a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/meetings/{meetingId}',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['meeting:read:meeting:admin', 'meeting:read:meeting'],
  input: z.strictObject({
    meetingId: meetingNumber.describe('Number of the meeting, such as 857 4606 5432.'),
    occurrence_id: z.string().optional().describe('One occurrence of a recurring meeting.'),
    show_previous_occurrences: z.boolean().optional().describe('Also list the occurrences that are over.'),
  }),
  output: MeetingRow.extend({
    settings: z
      .looseObject({
        approval_type: z.number().optional().describe('0 automatic, 1 by hand, 2 no registration.'),
      })
      .optional(),
  }),
  example: { meetingId: '85746065432' },
  call: ({ meetingId, ...query }) => ({ method: 'GET', path: path`/meetings/${meetingId}`, query }),
});

export const registrants = defineAction({
  title: 'List meeting registrants',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/meetings/{meetingId}/registrants',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['meeting:read:list_registrants:admin', 'meeting:read:list_registrants'],
  plan: 'Licensed host with registration switched on',
  input: z.strictObject({
    meetingId: meetingNumber.describe('Number of the meeting.'),
    occurrence_id: z.string().optional().describe('One occurrence of a recurring meeting.'),
    status: z
      .enum(['approved', 'pending', 'denied'])
      .optional()
      .describe('One status a call; Zoom takes `approved` when it is not given.'),
    ...pageInput(300),
  }),
  output: z.looseObject({
    ...pageOutput,
    registrants: z.array(Registrant),
  }),
  example: { meetingId: '85746065432', status: 'approved' },
  pages: tokenPages('registrants', 300),
  call: ({ meetingId, ...query }) => ({
    method: 'GET',
    path: path`/meetings/${meetingId}/registrants`,
    query,
  }),
});
