import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import {
  meetingNumber,
  meetingNumberOrUuid,
  pageInput,
  pageOutput,
  segment,
  tokenPages,
  Participant,
  Registrant,
  registrantId,
} from './shapes.ts';

const webinarId = meetingNumberOrUuid.describe(
  'UUID of one instance. A webinar number means its latest instance only.',
);
const PLAN = 'Pro or higher with the webinar add-on for the host';

export const instances = defineAction({
  title: 'List the instances of a past webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/past_webinars/{webinarId}/instances',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['webinar:read:list_past_instances:admin', 'webinar:read:list_past_instances'],
  plan: PLAN,
  input: z.strictObject({
    webinarId: meetingNumber.describe('Number of the webinar; a UUID is not accepted.'),
  }),
  output: z.looseObject({ webinars: z.array(z.looseObject({ uuid: z.string(), start_time: z.string() })) }),
  example: { webinarId: '91234567890' },
  pages: { kind: 'none', items: 'webinars' },
  call: (input) => ({ method: 'GET', path: path`/past_webinars/${input.webinarId}/instances` }),
});

export const participants = defineAction({
  title: 'List the participants of a past webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/past_webinars/{webinarId}/participants',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['webinar:read:list_past_participants:admin', 'webinar:read:list_past_participants'],
  plan: PLAN,
  input: z.strictObject({ webinarId, include_fields: registrantId, ...pageInput(300) }),
  output: z.looseObject({ ...pageOutput, participants: z.array(Participant) }),
  example: { webinarId: '4444AAAiAAAAAiAiAiiAii==' },
  pages: tokenPages('participants', 300),
  call: ({ webinarId: id, ...query }) => ({
    method: 'GET',
    path: path`/past_webinars/${segment(id)}/participants`,
    query,
  }),
});

export const absentees = defineAction({
  title: 'List those who registered for a webinar and did not come',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/past_webinars/{webinarId}/absentees',
  effect: 'read',
  idempotent: true,
  budget: 'heavy',
  scopes: ['webinar:read:list_absentees:admin', 'webinar:read:list_absentees'],
  plan: PLAN,
  input: z.strictObject({
    webinarId,
    occurrence_id: z.string().optional().describe('One occurrence of a recurring webinar.'),
    ...pageInput(300),
  }),
  // Zoom calls the list `registrants`, not `absentees` (Zoom FACTS G 24).
  output: z.looseObject({ ...pageOutput, registrants: z.array(Registrant) }),
  example: { webinarId: '4444AAAiAAAAAiAiAiiAii==' },
  pages: tokenPages('registrants', 300),
  call: ({ webinarId: id, ...query }) => ({
    method: 'GET',
    path: path`/past_webinars/${segment(id)}/absentees`,
    query,
  }),
});
