import { z } from 'zod';
import { idAsText } from './shapes.ts';

/** A meeting as lists have it. */
export const MeetingRow = z.looseObject({
  id: idAsText,
  uuid: z.string(),
  topic: z.string().default(''),
  type: z.number().describe('1 instant, 2 scheduled, 3 recurring without fixed times, 8 recurring.'),
  host_id: z.string().optional(),
  start_time: z.string().optional().describe('Absent where there is no fixed time.'),
  duration: z.number().optional().describe('Planned length in minutes.'),
  timezone: z.string().optional(),
  agenda: z.string().optional().describe('Lists cut it at 250 characters.'),
  created_at: z.string().optional(),
  join_url: z.string().optional(),
});

/** Occurrence of a series. */
const Occurrence = z.looseObject({
  occurrence_id: z.string(),
  start_time: z.string().optional(),
  duration: z.number().optional().describe('Length in minutes.'),
  status: z.string().optional().describe('`available` or `deleted`.'),
});

export const Occurrences = z.array(Occurrence).optional().describe('Of a recurring series.');

/** A meeting with all that there is to know. */
export const Meeting = MeetingRow.extend({
  host_email: z.string().optional(),
  status: z.string().optional().describe('`waiting` or `started`.'),
  start_url: z.string().optional().describe('Starts it as the host for two hours. A secret.'),
  password: z.string().optional(),
  registration_url: z.string().optional().describe('Only where people register.'),
  occurrences: Occurrences,
  recurrence: z.looseObject({ type: z.number().optional() }).optional(),
  settings: z
    .looseObject({
      approval_type: z.number().optional().describe('0 automatic, 1 by hand, 2 no registration.'),
    })
    .optional(),
});
