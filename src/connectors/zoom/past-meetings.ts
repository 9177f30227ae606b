import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import {
  idAsText,
  meetingNumber,
  meetingNumberOrUuid,
  pageInput,
  pageOutput,
  segment,
  tokenPages,
  Participant,
  registrantId,
} from './shapes.ts';

const meetingId = meetingNumberOrUuid.describe(
  'UUID of one instance. A meeting number means its latest instance only.',
);

export const get = defineAction({
  title: 'Get a past meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/past_meetings/{meetingId}',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['meeting:read:past_meeting:admin', 'meeting:read:past_meeting'],
  input: z.strictObject({ meetingId }),
  output: z.looseObject({
    id: idAsText,
    uuid: z.string(),
    topic: z.string().default(''),
    type: z.number(),
    start_time: z.string(),
    end_time: z.string().optional(),
    duration: z.number().optional().describe('Length in minutes.'),
    participants_count: z.number().optional(),
    user_email: z.string().optional(),
  }),
  example: { meetingId: '4444AAAiAAAAAiAiAiiAii==' },
  call: (input) => ({ method: 'GET', path: path`/past_meetings/${segment(input.meetingId)}` }),
});

export const instances = defineAction({
  title: 'List the instances of a past meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/past_meetings/{meetingId}/instances',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['meeting:read:list_past_instances:admin', 'meeting:read:list_past_instances'],
  input: z.strictObject({
    meetingId: meetingNumber.describe('Number of the meeting; a UUID is not accepted.'),
  }),
  output: z.looseObject({ meetings: z.array(z.looseObject({ uuid: z.string(), start_time: z.string() })) }),
  example: { meetingId: '85746065432' },
  pages: { kind: 'none', items: 'meetings' },
  call: (input) => ({ method: 'GET', path: path`/past_meetings/${input.meetingId}/instances` }),
});

export const participants = defineAction({
  title: 'List the participants of a past meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/past_meetings/{meetingId}/participants',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['meeting:read:list_past_participants:admin', 'meeting:read:list_past_participants'],
  plan: 'Pro or higher',
  input: z.strictObject({ meetingId, include_fields: registrantId, ...pageInput(300) }),
  output: z.looseObject({ ...pageOutput, participants: z.array(Participant) }),
  example: { meetingId: '4444AAAiAAAAAiAiAiiAii==' },
  pages: tokenPages('participants', 300),
  call: ({ meetingId: id, ...query }) => ({
    method: 'GET',
    path: path`/past_meetings/${segment(id)}/participants`,
    query,
  }),
});
