import { z } from 'zod';
import { defineAction } from '../../core/action.ts';
import { path } from '../../core/call.ts';
import { occurrenceIds, registrantFields, Registration, statusFields } from './registrant-input.ts';
import {
  meetingNumber,
  occurrenceId,
  pageInput,
  pageOutput,
  Registrant,
  text,
  tokenPages,
} from './shapes.ts';

const webinarId = meetingNumber.describe('Number of the webinar, such as 912 3456 7890.');
const PLAN = 'Pro or higher with the webinar add-on for the host';

export const registrants = defineAction({
  title: 'List webinar registrants',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/webinars/{webinarId}/registrants',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['webinar:read:list_registrants:admin', 'webinar:read:list_registrants'],
  plan: PLAN,
  input: z.strictObject({
    webinarId,
    occurrence_id: occurrenceId,
    status: z
      .enum(['approved', 'pending', 'denied'])
      .optional()
      .describe('One status a call; Zoom takes `approved` when it is not given.'),
    tracking_source_id: text('Only those who came by this tracked link.'),
    ...pageInput(300),
  }),
  output: z.looseObject({ ...pageOutput, registrants: z.array(Registrant) }),
  example: { webinarId: '91234567890', status: 'approved' },
  pages: tokenPages('registrants', 300),
  call: ({ webinarId: id, ...query }) => ({ method: 'GET', path: path`/webinars/${id}/registrants`, query }),
});

export const addRegistrant = defineAction({
  title: 'Register a person for a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/POST/webinars/{webinarId}/registrants',
  effect: 'write',
  idempotent: false,
  budget: 'light',
  scopes: ['webinar:write:registrant:admin', 'webinar:write:registrant'],
  plan: `${PLAN}, and registration; 3 times per person and day`,
  input: z.strictObject({
    webinarId,
    occurrence_ids: occurrenceIds,
    ...registrantFields,
    source_id: text('Tracked link that the person came by, from `webinars.trackingSources`.'),
  }),
  output: Registration,
  example: { webinarId: '91234567890', email: 'ada@example.com', first_name: 'Ada', last_name: 'Lovelace' },
  call: ({ webinarId: id, occurrence_ids, ...json }) => ({
    method: 'POST',
    path: path`/webinars/${id}/registrants`,
    query: { occurrence_ids },
    json,
  }),
});

export const setRegistrantStatus = defineAction({
  title: 'Approve, deny or cancel webinar registrations',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/PUT/webinars/{webinarId}/registrants/status',
  effect: 'write',
  idempotent: true,
  budget: 'medium',
  scopes: ['webinar:update:registrant_status:admin', 'webinar:update:registrant_status'],
  plan: `${PLAN}; 10 times per person and day`,
  input: z.strictObject({ webinarId, occurrence_id: occurrenceId, ...statusFields }),
  output: z.undefined(),
  example: { webinarId: '91234567890', action: 'approve', registrants: [{ email: 'ada@example.com' }] },
  call: ({ webinarId: id, occurrence_id, ...json }) => ({
    method: 'PUT',
    path: path`/webinars/${id}/registrants/status`,
    query: { occurrence_id },
    json,
  }),
});

export const panelists = defineAction({
  title: 'List the panelists of a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/webinars/{webinarId}/panelists',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['webinar:read:list_panelists:admin', 'webinar:read:list_panelists'],
  plan: PLAN,
  input: z.strictObject({ webinarId }),
  output: z.looseObject({
    total_records: z.number().optional(),
    panelists: z.array(
      z.looseObject({
        id: z.string().optional(),
        email: z.string().optional(),
        name: z.string().default(''),
        join_url: z.string().optional().describe("The panelist's own link."),
      }),
    ),
  }),
  example: { webinarId: '91234567890' },
  pages: { kind: 'none', items: 'panelists' },
  call: (input) => ({ method: 'GET', path: path`/webinars/${input.webinarId}/panelists` }),
});

export const trackingSources = defineAction({
  title: 'List the tracking sources of a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/webinars/{webinarId}/tracking_sources',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['webinar:read:list_tracking_sources:admin', 'webinar:read:list_tracking_sources'],
  plan: PLAN,
  input: z.strictObject({ webinarId }),
  output: z.looseObject({
    tracking_sources: z.array(
      z.looseObject({
        id: z.string(),
        source_name: z.string().default(''),
        registration_count: z.number().default(0),
        visitor_count: z.number().optional(),
      }),
    ),
  }),
  example: { webinarId: '91234567890' },
  pages: { kind: 'none', items: 'tracking_sources' },
  call: (input) => ({ method: 'GET', path: path`/webinars/${input.webinarId}/tracking_sources` }),
});
