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
  Registrant,
} from './shapes.ts';

const WebinarRow = z.looseObject({
  id: idAsText,
  uuid: z.string().optional(),
  topic: z.string().default(''),
  type: z.number().describe('5 once, 6 recurring without fixed times, 9 recurring.'),
  host_id: z.string().optional(),
  start_time: z.string().optional(),
  duration: z.number().optional().describe('Planned length in minutes.'),
});

const webinarId = meetingNumber.describe('Number of the webinar.');
const PLAN = 'Pro or higher with the webinar add-on for the host';

export const list = defineAction({
  title: "List a user's webinars",
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/users/{userId}/webinars',
  effect: 'read',
  idempotent: true,
  budget: 'medium',
  scopes: ['webinar:read:list_webinars:admin', 'webinar:read:list_webinars'],
  plan: PLAN,
  input: z.strictObject({
    userId: z.string().min(1).describe('User id, e-mail address, or `me` with a user-level token.'),
    type: z
      .enum(['scheduled', 'upcoming'])
      .optional()
      .describe('Zoom takes `scheduled`, which is all, when not given.'),
    page_size: z.number().int().min(1).max(300).optional().describe('Rows per page, at most 300.'),
    page_number: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('Page to read, from 1. This list has no page tokens.'),
  }),
  output: z.looseObject({
    ...pageOutput,
    page_count: z.number().optional(),
    webinars: z.array(WebinarRow),
  }),
  example: { userId: 'ada@example.com' },
  pages: {
    kind: 'number',
    items: 'webinars',
    param: 'page_number',
    count: 'page_count',
    size: { param: 'page_size', max: 300 },
  },
  call: ({ userId, ...query }) => ({ method: 'GET', path: path`/users/${userId}/webinars`, query }),
});

export const get = defineAction({
  title: 'Get a webinar',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/webinars/GET/webinars/{webinarId}',
  effect: 'read',
  idempotent: true,
  budget: 'light',
  scopes: ['webinar:read:webinar:admin', 'webinar:read:webinar'],
  plan: PLAN,
  input: z.strictObject({
    webinarId: meetingNumberOrUuid.describe('Number of the webinar, or UUID of one instance.'),
    occurrence_id: z.string().optional().describe('One occurrence of a recurring webinar.'),
    show_previous_occurrences: z.boolean().optional().describe('Also list the occurrences that are over.'),
  }),
  output: WebinarRow,
  example: { webinarId: '91234567890' },
  call: ({ webinarId: id, ...query }) => ({ method: 'GET', path: path`/webinars/${segment(id)}`, query }),
});

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
    occurrence_id: z.string().optional().describe('One occurrence of a recurring webinar.'),
    status: z
      .enum(['approved', 'pending', 'denied'])
      .optional()
      .describe('One status a call; Zoom takes `approved` when it is not given.'),
    tracking_source_id: z.string().optional().describe('Only those who came by this tracked link.'),
    ...pageInput(300),
  }),
  output: z.looseObject({ ...pageOutput, registrants: z.array(Registrant) }),
  example: { webinarId: '91234567890', status: 'approved' },
  pages: tokenPages('registrants', 300),
  call: ({ webinarId: id, ...query }) => ({ method: 'GET', path: path`/webinars/${id}/registrants`, query }),
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
