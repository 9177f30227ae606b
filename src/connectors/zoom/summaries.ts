import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { idAsText, meetingUuid, segment } from './shapes.ts';

export const get = defineAction({
  title: 'Get the AI summary of a meeting or webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/summaries/GET/meetings/{meetingId}/meeting_summary',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['meeting:read:summary:admin', 'meeting:read:summary'],
  plan: 'Pro or higher with AI Companion summaries switched on for the host; none for end-to-end encryption',
  input: z.strictObject({
    meetingId: meetingUuid.describe(
      'UUID of one instance, from `pastMeetings.instances`, such as 4444AAAiAAAAAiAiAiiAii==.',
    ),
  }),
  output: z.looseObject({
    meeting_uuid: z.string(),
    meeting_id: idAsText.optional(),
    meeting_topic: z.string().default(''),
    meeting_start_time: z.string().optional(),
    meeting_end_time: z.string().optional(),
    summary_title: z.string().optional(),
    summary_content: z.string().optional().describe('The whole summary as Markdown.'),
    summary_doc_url: z.string().optional().describe('The summary as a Zoom document.'),
    summary_overview: z.string().optional().describe('Older form, beside `summary_content`.'),
    summary_details: z
      .array(z.looseObject({ label: z.string().default(''), summary: z.string().default('') }))
      .optional(),
    next_steps: z.array(z.string()).optional(),
  }),
  example: { meetingId: '4444AAAiAAAAAiAiAiiAii==' },
  call: (input) => ({ method: 'GET', path: path`/meetings/${segment(input.meetingId)}/meeting_summary` }),
});
