import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { date, idAsText, pageInput, pageOutput, tokenPages } from './shapes.ts';

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
