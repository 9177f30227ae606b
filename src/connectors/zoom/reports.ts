import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import {
  idAsText,
  meetingNumberOrUuid,
  pageInput,
  pageOutput,
  Participant,
  registrantId,
  segment,
  tokenPages,
} from './shapes.ts';
import { date } from './times.ts';

export const userMeetings = defineAction({
  title: "Report: a user's past meetings and webinars",
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/users/{userId}/meetings',
  effect: 'read',
  idempotent: true,
  budget: 'heavy',
  scopes: ['report:read:user:admin'],
  plan: 'Pro or higher; role permission Usage Reports',
  input: z.strictObject({
    userId: z.string().min(1).describe('User id or e-mail address.'),
    from: date.describe('First day, in UTC; at most six months ago.'),
    to: date.describe('Last day, in UTC; at most one month after `from`.'),
    type: z
      .enum(['past', 'pastOne', 'pastJoined'])
      .optional()
      .describe('Zoom takes `past` when it is not given. Only meetings with two or more people are in it.'),
    ...pageInput(300),
  }),
  output: z.looseObject({
    ...pageOutput,
    meetings: z.array(
      z.looseObject({
        uuid: z.string(),
        id: idAsText,
        type: z.number().describe('5, 6 and 9 are webinars.'),
        topic: z.string().default(''),
        start_time: z.string(),
        end_time: z.string(),
        duration: z.number().optional().describe('Length in minutes.'),
        user_email: z.string().optional(),
        participants_count: z.number().optional(),
      }),
    ),
  }),
  example: { userId: 'ada@example.com', from: '2026-10-01', to: '2026-10-31' },
  pages: tokenPages('meetings', 300),
  call: ({ userId, ...query }) => ({ method: 'GET', path: path`/report/users/${userId}/meetings`, query }),
});

export const meetingParticipants = defineAction({
  title: 'Report: the participants of a past meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/meetings/{meetingId}/participants',
  effect: 'read',
  idempotent: true,
  budget: 'heavy',
  scopes: ['report:read:list_meeting_participants:admin'],
  plan: 'Pro or higher; role permission Usage Reports',
  input: z.strictObject({
    meetingId: meetingNumberOrUuid.describe(
      'UUID of one instance with two or more people. A meeting number means its latest instance only.',
    ),
    include_fields: registrantId,
    ...pageInput(300),
  }),
  output: z.looseObject({ ...pageOutput, participants: z.array(Participant) }),
  example: { meetingId: '4444AAAiAAAAAiAiAiiAii==', include_fields: 'registrant_id' },
  pages: tokenPages('participants', 300),
  call: ({ meetingId, ...query }) => ({
    method: 'GET',
    path: path`/report/meetings/${segment(meetingId)}/participants`,
    query,
  }),
});

const Answer = z.looseObject({
  content: z.string().optional(),
  name: z.string().optional(),
  email: z.string().optional(),
  type: z.string().optional().describe('Who answered and who could see it.'),
  create_time: z.string().optional(),
});

export const webinarQa = defineAction({
  title: 'Report: questions and answers of a past webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/webinars/{webinarId}/qa',
  effect: 'read',
  idempotent: true,
  budget: 'heavy',
  scopes: ['report:read:webinar_qna:admin'],
  plan: 'Pro or higher with the webinar add-on; role permission Usage Reports',
  input: z.strictObject({
    webinarId: meetingNumberOrUuid.describe(
      'UUID of one instance. A webinar number means its latest instance only.',
    ),
  }),
  output: z.looseObject({
    id: idAsText.optional(),
    uuid: z.string().optional(),
    start_time: z.string().optional(),
    questions: z.array(
      z.looseObject({
        name: z.string().default('').describe('Who asked; empty for anonymous questions.'),
        email: z.string().optional(),
        question_details: z
          .array(
            z.looseObject({
              question: z.string().default(''),
              question_id: z.string().optional(),
              question_status: z.string().optional().describe('Such as `open`, `answered` or `dismissed`.'),
              create_time: z.string().optional(),
              answer_details: z.array(Answer).optional(),
            }),
          )
          .default([]),
      }),
    ),
  }),
  example: { webinarId: '4444AAAiAAAAAiAiAiiAii==' },
  pages: { kind: 'none', items: 'questions' },
  call: (input) => ({ method: 'GET', path: path`/report/webinars/${segment(input.webinarId)}/qa` }),
});
