import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { pageInput, pageOutput, tokenPages, userId } from './shapes.ts';
import { dateOrTime } from './times.ts';

export const recordings = defineAction({
  title: "List a user's phone recordings",
  docs: 'https://developers.zoom.us/docs/api/phone/#tag/recordings/GET/phone/users/{userId}/recordings',
  effect: 'read',
  idempotent: true,
  budget: 'phone-medium',
  scopes: ['phone:read:list_recordings:admin', 'phone:read:list_recordings'],
  plan: 'Zoom Phone licence',
  input: z
    .strictObject({
      userId,
      from: dateOrTime
        .optional()
        .describe(
          'First day or moment, in UTC, at most six months ago; Zoom takes the last 30 days when not given.',
        ),
      to: dateOrTime.optional().describe('Last day or moment, in UTC; at most one month after `from`.'),
      ...pageInput(300),
    })
    .refine((it) => (it.from === undefined) === (it.to === undefined), {
      path: ['to'],
      error: '`from` and `to` go together: give both or neither',
    }),
  output: z.looseObject({
    ...pageOutput,
    recordings: z.array(
      z.looseObject({
        id: z.string(),
        date_time: z.string().optional().describe('When the call was.'),
        direction: z.string().optional().describe('`inbound` or `outbound`.'),
        duration: z.number().optional().describe('Length in seconds.'),
        caller_number: z.string().optional(),
        caller_name: z.string().optional(),
        callee_number: z.string().optional(),
        callee_name: z.string().optional(),
        download_url: z.string().optional(),
        transcript_download_url: z.string().optional(),
      }),
    ),
  }),
  example: { userId: 'ada@example.com', from: '2026-10-01', to: '2026-10-30' },
  pages: tokenPages('recordings', 300),
  call: ({ userId: user, ...query }) => ({
    method: 'GET',
    path: path`/phone/users/${user}/recordings`,
    query,
  }),
});
