import { z } from 'zod';
import { EncodedSegment } from '../../core/call.ts';

/** A yes or no that Zoom decides when it is not given. */
export const flag = (about: string) => z.boolean().optional().describe(about);

/** Text that may be left out. */
export const text = (about: string) => z.string().optional().describe(about);

/** Whose it is, in the path. */
export const userId = z
  .string()
  .min(1)
  .describe('User id, e-mail address, or `me` with a user-level token, such as ada@example.com.');

/** Zoom's country codes are those of ISO 3166. */
export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'expected a country code of two capital letters, such as DE');

export const occurrenceId = z
  .string()
  .optional()
  .describe('One occurrence of a recurring series, such as 1648194360000.');

const NUMBER = 'expected the digits of a meeting number, such as 85746065432';

/** Says that it is missing where a union would say that it is wrong. */
const wanted = (error: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'is required' : error),
});

/**
 * The number of a meeting or webinar, as people write it: with or without spaces and dashes. Text, as it may grow
 * past what a JavaScript number holds.
 */
export const meetingNumber = z
  .union([z.string(), z.number().int()], wanted(NUMBER))
  .transform((id) => String(id).replaceAll(/[\s-]/g, ''))
  .pipe(z.string().regex(/^\d{1,20}$/, NUMBER));

/** A meeting number, or the UUID of one instance. */
export const meetingNumberOrUuid = z
  .union(
    [z.string().min(1), z.number().int()],
    wanted('expected a meeting number such as 85746065432, or the UUID of one instance'),
  )
  .transform((id) => (/^[\d\s-]+$/.test(String(id)) ? String(id).replaceAll(/[\s-]/g, '') : String(id)));

/** The UUID of one instance, where Zoom takes no number. */
export const meetingUuid = z
  .string()
  .regex(/^(?![\d\s-]+$)[^\s]+$/, 'expected the UUID of one instance, such as 4444AAAiAAAAAiAiAiiAii==');

/** Id that Zoom answers as a number, kept as text. */
export const idAsText = z.union([z.string(), z.number()]).transform(String).pipe(z.string());

/**
 * A UUID or number as a path segment. A UUID that starts with `/` or contains `//` is encoded twice, every other
 * once (Zoom FACTS C).
 */
export function segment(id: string): EncodedSegment {
  const once = encodeURIComponent(id);
  return new EncodedSegment(id.startsWith('/') || id.includes('//') ? encodeURIComponent(once) : once);
}

/** The same for any path parameter; numbers of meetings and webinars may be written with spaces and dashes. */
export function segmentOf(value: string, name: string): EncodedSegment {
  const number = /^(?:meeting|webinar)Id$/.test(name) && /^[\d\s-]+$/.test(value);
  return segment(number ? value.replaceAll(/[\s-]/g, '') : value);
}

/** Inputs of a list with page tokens. */
export const pageInput = (max: number) => ({
  page_size: z.number().int().min(1).max(max).optional().describe(`Rows per page, at most ${max}.`),
  next_page_token: z
    .string()
    .optional()
    .describe('Token of the page to read, from the page before; lives 15 minutes.'),
});

/** How those lists go on. */
export const tokenPages = <const Items extends string>(items: Items, max: number) =>
  ({
    kind: 'token',
    items,
    token: 'next_page_token',
    param: 'next_page_token',
    size: { param: 'page_size', max },
  }) as const;

/** Members of such a page beside its rows. */
export const pageOutput = {
  next_page_token: z.string().optional(),
  page_size: z.number().optional(),
  total_records: z.number().optional(),
};

/** One stay of one person; a person who comes back has several rows (Zoom FACTS G 16). */
export const Participant = z.looseObject({
  id: z.string().optional().describe('Account user id; empty for guests.'),
  name: z.string().default(''),
  user_id: z.string().describe('Per join; changes when the person comes back.'),
  registrant_id: z.string().optional(),
  user_email: z.string().optional().describe('Empty for most people from outside the account.'),
  join_time: z.string(),
  leave_time: z.string().optional(),
  duration: z.number().optional().describe('Length of this stay in seconds.'),
  status: z.string().optional().describe('`in_meeting` or `in_waiting_room`.'),
  internal_user: z.boolean().optional(),
});

/** A person who registered for a meeting or webinar; also a row of the absentees. */
export const Registrant = z.looseObject({
  id: z.string(),
  email: z.string().min(1),
  first_name: z.string().default(''),
  last_name: z.string().default(''),
  status: z.string().optional(),
  create_time: z.string().optional(),
  join_url: z.string().optional().describe("The person's own link."),
  custom_questions: z.array(z.looseObject({ title: z.string(), value: z.string().default('') })).optional(),
});

/**
 * Without it Zoom leaves out whose registration a stay belongs to. The description of the field asks for it; the list
 * of parameters forgets it for past meetings and webinars (Zoom FACTS G 16).
 */
export const registrantId = z
  .literal('registrant_id')
  .optional()
  .describe('Also say which registration a stay belongs to.');
