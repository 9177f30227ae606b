import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import {
  flag,
  idAsText,
  meetingNumber,
  meetingNumberOrUuid,
  pageInput,
  pageOutput,
  segment,
  tokenPages,
  userId,
} from './shapes.ts';
import { date } from './times.ts';
import { transcriptsOf } from './transcripts.ts';

const RecordingFile = z.looseObject({
  // A file that is still being processed has no id and no size.
  id: z.string().optional(),
  file_type: z.string().optional().describe('Such as MP4, M4A, CHAT, TRANSCRIPT or SUMMARY.'),
  file_extension: z.string().optional(),
  file_size: z.number().optional().describe('Size in bytes.'),
  recording_type: z.string().optional(),
  recording_start: z.string().optional(),
  recording_end: z.string().optional(),
  play_url: z.string().optional(),
  download_url: z.string().optional().describe('For `recordings.download`.'),
  status: z.string().optional(),
});

const RecordedMeeting = z.looseObject({
  uuid: z.string(),
  id: idAsText,
  topic: z.string().default(''),
  start_time: z.string(),
  duration: z.number().optional().describe('Length in minutes.'),
  share_url: z.string().optional(),
  total_size: z.number().optional().describe('Size of all files in bytes.'),
  recording_files: z.array(RecordingFile).optional(),
});

const meetingId = meetingNumberOrUuid.describe(
  'UUID of one instance. A meeting number means its latest instance only.',
);
const READ_SCOPES = [
  'cloud_recording:read:list_recording_files:admin',
  'cloud_recording:read:list_recording_files',
];
const PLAN = 'Pro or higher with cloud recording';

const removal = z
  .enum(['trash', 'delete'])
  .optional()
  .describe('`trash`, as Zoom takes it, can be recovered; `delete` is for good.');

export const list = defineAction({
  title: "List a user's cloud recordings",
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/GET/users/{userId}/recordings',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['cloud_recording:read:list_user_recordings:admin', 'cloud_recording:read:list_user_recordings'],
  plan: PLAN,
  input: z.strictObject({
    userId,
    // Without them Zoom answers the last day only, so both are asked for (Zoom FACTS G 33).
    from: date.describe('First day, in UTC.'),
    to: date.describe('Last day, in UTC; at most one month after `from`.'),
    meeting_id: meetingNumber.optional().describe('Only recordings of this meeting number.'),
    trash: flag('Whether to list what lies in the trash; the days are not looked at then.'),
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
  call: ({ userId: user, ...query }) => ({ method: 'GET', path: path`/users/${user}/recordings`, query }),
});

export const get = defineAction({
  title: 'Get the recordings of a meeting or webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/GET/meetings/{meetingId}/recordings',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: READ_SCOPES,
  plan: PLAN,
  input: z
    .strictObject({
      meetingId,
      include_fields: z
        .literal('download_access_token')
        .optional()
        .describe('Also a token for downloading. A secret.'),
      ttl: z
        .number()
        .int()
        .min(0)
        .max(604_800)
        .optional()
        .describe('How long that token lives, in seconds, at most 604,800 (7 days), such as 3600.'),
    })
    .refine((it) => it.ttl === undefined || it.include_fields !== undefined, {
      path: ['ttl'],
      error: '`ttl` is for the token that `include_fields` asks for: give both',
    }),
  output: RecordedMeeting.extend({
    download_access_token: z.string().optional().describe('For `recordings.download`. A secret.'),
  }),
  example: { meetingId: '4444AAAiAAAAAiAiAiiAii==', include_fields: 'download_access_token', ttl: 3600 },
  call: ({ meetingId: id, ...query }) => ({
    method: 'GET',
    path: path`/meetings/${segment(id)}/recordings`,
    query,
  }),
});

export const remove = defineAction({
  title: 'Delete the recordings of a meeting or webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/DELETE/meetings/{meetingId}/recordings',
  effect: 'destroy',
  idempotent: true,
  budget: 'light',
  scopes: ['cloud_recording:delete:meeting_recording:admin', 'cloud_recording:delete:meeting_recording'],
  plan: PLAN,
  input: z.strictObject({ meetingId, action: removal }),
  output: z.undefined(),
  example: { meetingId: '4444AAAiAAAAAiAiAiiAii==', action: 'trash' },
  call: ({ meetingId: id, ...query }) => ({
    method: 'DELETE',
    path: path`/meetings/${segment(id)}/recordings`,
    query,
  }),
});

export const removeFile = defineAction({
  title: 'Delete one file of a recording',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/DELETE/meetings/{meetingId}/recordings/{recordingId}',
  effect: 'destroy',
  idempotent: true,
  budget: 'light',
  scopes: ['cloud_recording:delete:recording_file:admin', 'cloud_recording:delete:recording_file'],
  plan: PLAN,
  input: z.strictObject({
    meetingId,
    recordingId: z.string().min(1).describe('Id of the file, from `recordings.get`.'),
    action: removal,
  }),
  output: z.undefined(),
  example: { meetingId: '4444AAAiAAAAAiAiAiiAii==', recordingId: '72576a1f-4e66-4a77-87c4-f13f9808bd76' },
  call: ({ meetingId: id, recordingId, ...query }) => ({
    method: 'DELETE',
    path: path`/meetings/${segment(id)}/recordings/${recordingId}`,
    query,
  }),
});

/** Where Zoom keeps files; regional and vanity names are all below it. */
const FILE_HOSTS = ['*.zoom.us'];

export const download = defineAction({
  title: 'Download a file of a recording',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/GET/meetings/{meetingId}/recordings',
  effect: 'read',
  idempotent: true,
  // Downloads are no API operation and have no label; the lightest keeps a thousand of them from going at once.
  budget: 'light',
  scopes: READ_SCOPES,
  plan: PLAN,
  input: z.strictObject({
    download_url: z
      .url({ protocol: /^https?$/, error: 'expected the `download_url` of a file' })
      .describe('Address of the file as Zoom gave it, such as https://us02web.zoom.us/rec/download/abc.'),
    access_token: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Token of the file, from `recordings.get` or an event, in place of the connection's. A secret.",
      ),
    from_byte: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe('Bytes that are there already: the rest is asked for, such as 1048576.'),
  }),
  output: z.looseObject({
    content_type: z.string().optional().describe('Such as video/mp4.'),
    size: z.number().optional().describe('Size of the whole file in bytes.'),
    from_byte: z
      .number()
      .describe('Where in the file the bytes that came begin; 0 when the rest alone could not be had.'),
  }),
  example: { download_url: 'https://us02web.zoom.us/rec/download/abc', from_byte: 0 },
  call: ({ download_url: url, access_token, from_byte }) => ({
    method: 'GET',
    server: 'files',
    path: '/',
    link: { url, hosts: FILE_HOSTS },
    headers: {
      accept: '*/*',
      ...(access_token === undefined ? {} : { authorization: `Bearer ${access_token}` }),
      ...(from_byte === undefined || from_byte === 0 ? {} : { range: `bytes=${from_byte}-` }),
    },
  }),
  // The bytes go to a stream; what is left to say stands in the head of the answer.
  read({ status, headers }) {
    const [, from, whole] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    const size = Number(status === 206 ? whole : (headers.get('content-length') ?? Number.NaN));
    return {
      content_type: headers.get('content-type') ?? undefined,
      size: Number.isNaN(size) ? undefined : size,
      from_byte: status === 206 ? Number(from ?? 0) : 0,
    };
  },
});

export const transcript = defineAction({
  title: 'Find the transcript of a recorded meeting or webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/GET/meetings/{meetingId}/recordings',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: READ_SCOPES,
  plan: `${PLAN} and audio transcripts switched on`,
  input: z.strictObject({ meetingId }),
  output: z.looseObject({
    uuid: z.string(),
    id: idAsText,
    topic: z.string().default(''),
    start_time: z.string(),
    files: z
      .array(RecordingFile)
      .describe(
        'WebVTT files in the order of time, one for each stretch of recording; empty when there is no transcript.',
      ),
  }),
  example: { meetingId: '4444AAAiAAAAAiAiAiiAii==' },
  call: (input) => ({ method: 'GET', path: path`/meetings/${segment(input.meetingId)}/recordings` }),
  read({ body }) {
    const { recording_files: files, ...meeting } = (body ?? {}) as { recording_files?: unknown };
    return { ...meeting, files: Array.isArray(files) ? transcriptsOf(files) : [] };
  },
});
