import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { occurrenceIds, registrantFields, Registration, statusFields } from './registrant-input.ts';
import {
  flag,
  meetingNumber,
  occurrenceId,
  pageInput,
  pageOutput,
  Registrant,
  tokenPages,
} from './shapes.ts';

const meetingId = meetingNumber.describe('Number of the meeting, such as 857 4606 5432.');
const registrantId = z.string().min(1).describe('Id of the registrant, from `meetings.registrants`.');
const PLAN = 'Licensed host with registration switched on';

export const registrants = defineAction({
  title: 'List meeting registrants',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/GET/meetings/{meetingId}/registrants',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['meeting:read:list_registrants:admin', 'meeting:read:list_registrants'],
  plan: PLAN,
  input: z.strictObject({
    meetingId,
    occurrence_id: occurrenceId,
    status: z
      .enum(['approved', 'pending', 'denied'])
      .optional()
      .describe('One status a call; Zoom takes `approved` when it is not given.'),
    ...pageInput(300),
  }),
  output: z.looseObject({ ...pageOutput, registrants: z.array(Registrant) }),
  example: { meetingId: '85746065432', status: 'approved' },
  pages: tokenPages('registrants', 300),
  call: ({ meetingId: id, ...query }) => ({ method: 'GET', path: path`/meetings/${id}/registrants`, query }),
});

export const addRegistrant = defineAction({
  title: 'Register a person for a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/POST/meetings/{meetingId}/registrants',
  effect: 'write',
  idempotent: false,
  budget: 'light',
  scopes: ['meeting:write:registrant:admin', 'meeting:write:registrant'],
  plan: `${PLAN}; 3 times per person and day, 4,999 people per meeting`,
  input: z.strictObject({
    meetingId,
    occurrence_ids: occurrenceIds,
    ...registrantFields,
    auto_approve: flag('Whether the person is approved at once where the host approves by hand.'),
  }),
  output: Registration,
  example: { meetingId: '85746065432', email: 'ada@example.com', first_name: 'Ada', last_name: 'Lovelace' },
  call: ({ meetingId: id, occurrence_ids, ...json }) => ({
    method: 'POST',
    path: path`/meetings/${id}/registrants`,
    query: { occurrence_ids },
    json,
  }),
});

export const getRegistrant = defineAction({
  title: 'Get a meeting registrant',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/GET/meetings/{meetingId}/registrants/{registrantId}',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['meeting:read:registrant:admin', 'meeting:read:registrant'],
  plan: PLAN,
  input: z.strictObject({ meetingId, registrantId }),
  output: Registrant,
  example: { meetingId: '85746065432', registrantId: 'fdgsfh2ey82fuh' },
  call: ({ meetingId: id, registrantId: registrant }) => ({
    method: 'GET',
    path: path`/meetings/${id}/registrants/${registrant}`,
  }),
});

export const removeRegistrant = defineAction({
  title: 'Delete a meeting registrant',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/DELETE/meetings/{meetingId}/registrants/{registrantId}',
  effect: 'destroy',
  idempotent: true,
  budget: 'light',
  scopes: ['meeting:delete:registrant:admin', 'meeting:delete:registrant'],
  plan: PLAN,
  input: z.strictObject({
    meetingId,
    registrantId,
    occurrence_id: occurrenceId.describe('The occurrence, where people register for each one.'),
  }),
  output: z.undefined(),
  example: { meetingId: '85746065432', registrantId: 'fdgsfh2ey82fuh' },
  call: ({ meetingId: id, registrantId: registrant, ...query }) => ({
    method: 'DELETE',
    path: path`/meetings/${id}/registrants/${registrant}`,
    query,
  }),
});

export const setRegistrantStatus = defineAction({
  title: 'Approve, deny or cancel meeting registrations',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/PUT/meetings/{meetingId}/registrants/status',
  effect: 'write',
  idempotent: true,
  budget: 'medium',
  scopes: ['meeting:update:registrant_status:admin', 'meeting:update:registrant_status'],
  plan: `${PLAN}; 10 times per person and day`,
  input: z.strictObject({ meetingId, occurrence_id: occurrenceId, ...statusFields }),
  output: z.undefined(),
  example: { meetingId: '85746065432', action: 'approve', registrants: [{ email: 'ada@example.com' }] },
  call: ({ meetingId: id, occurrence_id, ...json }) => ({
    method: 'PUT',
    path: path`/meetings/${id}/registrants/status`,
    query: { occurrence_id },
    json,
  }),
});

export const registrationQuestions = defineAction({
  title: 'List the registration questions of a meeting',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/invitation--registration/GET/meetings/{meetingId}/registrants/questions',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['meeting:read:list_registration_questions:admin', 'meeting:read:list_registration_questions'],
  plan: PLAN,
  input: z.strictObject({ meetingId }),
  output: z.looseObject({
    questions: z
      .array(z.looseObject({ field_name: z.string(), required: z.boolean().default(false) }))
      .default([])
      .describe("Zoom's own fields that are asked for."),
    custom_questions: z
      .array(
        z.looseObject({
          title: z.string(),
          type: z.string().optional().describe('`short` for text, `single` for one of `answers`.'),
          required: z.boolean().default(false),
          answers: z.array(z.string()).optional(),
        }),
      )
      .default([])
      .describe('Questions that the host added.'),
  }),
  example: { meetingId: '85746065432' },
  call: (input) => ({ method: 'GET', path: path`/meetings/${input.meetingId}/registrants/questions` }),
});
