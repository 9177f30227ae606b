import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { date, idAsText, meetingNumberOrUuid, pageInput, pageOutput, segment, tokenPages } from './shapes.ts';

const RecordedMeeting = z.looseObject({
  uuid: z.string(),
  id: idAsText,
  topic: z.string().default(''),
  start_time: z.string(),
  duration: z.number().optional().describe('Length in minutes.'),
  share_url: z.string().optional(),
  recording_files: z
    .array(
      z.looseObject({
        // A file that is still being processed has no id and no size.
        id: z.string().optional(),
        file_type: z.string().optional(),
        file_size: z.number().optional(),
        play_url: z.string().optional(),
        download_url: z.string().optional(),
        status: z.string().optional(),
      }),
    )
    .optional(),
});

export const list = defineAction({
  title: "List a user's cloud recordings",
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/GET/users/{userId}/recordings',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['cloud_recording:read:list_user_recordings:admin', 'cloud_recording:read:list_user_recordings'],
  plan: 'Pro or higher with cloud recording',
  input: z.strictObject({
    userId: z.string().min(1).describe('User id, e-mail address, or `me` with a user-level token.'),
    // Without them Zoom answers the last day only, so both are asked for (Zoom FACTS G 33).
    from: date.describe('First day, in UTC.'),
    to: date.describe('Last day, in UTC; at most one month after `from`.'),
    meeting_id: z.number().int().optional().describe('Only recordings of this meeting number.'),
    trash: z.boolean().optional().describe('What lies in the trash; the days are not looked at then.'),
    trash_type: z.enum(['meeting_recordings', 'recording_file']).optional().describe('What of the trash.'),
    mc: z
      .enum(['true', 'false'])
      .optional()
      .describe('Query the metadata of the on-premise meeting connector.'),
    ...pageInput(300),
  }),
  output: z.looseObject({ ...pageOutput, meetings: z.array(RecordedMeeting) }),
  example: { userId: 'ada@example.com', from: '2026-10-01', to: '2026-10-30' },
  pages: tokenPages('meetings', 300),
  call: ({ userId, ...query }) => ({ method: 'GET', path: path`/users/${userId}/recordings`, query }),
});

export const get = defineAction({
  title: 'Get the recordings of a meeting or webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/GET/meetings/{meetingId}/recordings',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['cloud_recording:read:list_recording_files:admin', 'cloud_recording:read:list_recording_files'],
  plan: 'Pro or higher with cloud recording',
  input: z.strictObject({
    meetingId: meetingNumberOrUuid.describe(
      'UUID of one instance. A meeting number means its latest instance only.',
    ),
    include_fields: z
      .literal('download_access_token')
      .optional()
      .describe('Also a token for downloading. A secret.'),
    ttl: z.number().int().min(0).max(604_800).optional().describe('How long that token lives, in seconds.'),
  }),
  output: RecordedMeeting,
  example: { meetingId: '4444AAAiAAAAAiAiAiiAii==' },
  call: ({ meetingId, ...query }) => ({
    method: 'GET',
    path: path`/meetings/${segment(meetingId)}/recordings`,
    query,
  }),
});
