import { z } from 'zod';
import { attendanceOf, findMeetings } from '../app/index.ts';
import type { Instance, Skip } from '../core/people.ts';
import {
  connectionInput,
  defineTool,
  meetingConnection,
  piece,
  pieceInput,
  pieceOutput,
  rangeInput,
  rangeOf,
  roomBeside,
  type OwnTool,
  type ToolContext,
} from './own-tool.ts';

const meeting = z
  .string()
  .min(1)
  .describe('id from find_meetings. A meeting number means its latest time only.');

const MeetingLine = z.object({
  id: z.string().describe('Names this one time it was held.'),
  number: z.string().describe('Meeting number, shared by all its times.'),
  kind: z.enum(['meeting', 'webinar']),
  topic: z.string(),
  started_at: z.string(),
  ended_at: z.string().optional(),
  minutes: z.number().optional(),
  host: z.string().optional(),
});

const notes = z
  .array(z.string())
  .optional()
  .describe('What could not be read, and why. Say so in the answer.');

function lineOf({ id, series, kind, topic, startedAt, endedAt, hostEmail }: Instance) {
  return {
    id,
    number: series,
    kind,
    topic,
    started_at: startedAt,
    ...(endedAt
      ? { ended_at: endedAt, minutes: minutesOf(Date.parse(endedAt) - Date.parse(startedAt)) }
      : {}),
    ...(hostEmail ? { host: hostEmail } : {}),
  };
}

/** One decimal: half a minute matters to who was there for one. */
function minutesOf(ms: number): number {
  return Math.round(ms / 6000) / 10;
}

function notesOf(skips: readonly Skip[], refused = 0): { notes?: string[] } {
  const said = skips.slice(0, 10).map(({ what, message, hint }) => `${what}: ${message}. ${hint}`);
  if (skips.length > said.length) said.push(`${skips.length - said.length} more parts could not be read`);
  if (refused > 0) said.push(`${refused} rows were not as documented and are left out`);
  return said.length > 0 ? { notes: said } : {};
}

const find = defineTool({
  name: 'find_meetings',
  title: 'Find meetings and webinars that were held',
  description:
    'Finds meetings and webinars that were held, newest first, by time, topic and host. Gives the id that the other tools take. Start here.',
  effect: 'read',
  idempotent: true,
  openWorld: true,
  input: z.strictObject({
    ...rangeInput,
    topic: z.string().optional().describe('Part of the topic, in any case.'),
    host: z.string().optional().describe('Address of the host, or part of the name.'),
    kind: z.enum(['meeting', 'webinar']).optional(),
    ...connectionInput,
    ...pieceInput,
  }),
  output: z.object({ meetings: z.array(MeetingLine), ...pieceOutput, notes }),
  async run(context, { limit, cursor, ...asked }) {
    const connection = await meetingConnection(context, asked.connection);
    // Whoever pages through the last 30 days pages through those of the first call.
    const found = await context.answers.of(['find_meetings', asked], cursor, () => {
      const { kind, topic, host } = asked;
      const filter = {
        ...(kind && { kind }),
        ...(topic !== undefined && { topic }),
        ...(host !== undefined && { host }),
      };
      return findMeetings(context.app, { connection, ...rangeOf(context.app, asked), ...filter });
    });
    const head = notesOf(found.skips);
    const { lines, ...rest } = piece(
      ['find_meetings', asked],
      found.meetings.map(lineOf),
      { limit, cursor },
      roomBeside(head),
    );
    return { meetings: lines, ...rest, ...head };
  },
});

async function attendance(
  context: ToolContext,
  given: { meeting: string; connection?: string | undefined; cursor?: string | undefined },
) {
  const connection = await meetingConnection(context, given.connection);
  const { meeting: id, cursor } = given;
  const whole = await context.answers.of(['attendance', connection, id], cursor, () =>
    attendanceOf(context.app, connection, id),
  );
  const { facts, skips, refused } = whole;
  const count = (status: string): number => facts.filter((fact) => fact.status === status).length;
  const there = facts.filter(({ status }) => status === 'attended');
  const seconds = there.reduce((sum, fact) => sum + fact.seconds, 0);
  const head = {
    meeting: lineOf(whole.meeting),
    summary: {
      attended: there.length,
      average_minutes: there.length === 0 ? 0 : minutesOf((seconds * 1000) / there.length),
      without_address: there.filter(({ email }) => email === undefined).length,
      absent: count('absent'),
      unclear: count('unclear'),
    },
    ...notesOf(skips, refused.length),
  };
  return { facts, head };
}

const Summary = z.object({
  attended: z.int(),
  average_minutes: z.number(),
  without_address: z
    .int()
    .describe('Stays of guests of whom the system shows no address; one who came twice counts twice.'),
  absent: z.int().describe('Registered, approved, and did not come.'),
  unclear: z.int().describe('Registered, and may have come without being recognised.'),
});

const attended = defineTool({
  name: 'meeting_attendance',
  title: 'Who attended a meeting, and for how long',
  description:
    'Who attended one meeting or webinar, longest first: several joins and devices of one person count once. The summary has the numbers; read on by cursor only when every name is needed.',
  effect: 'read',
  idempotent: true,
  openWorld: true,
  input: z.strictObject({
    meeting,
    min_minutes: z.number().min(0).optional().describe('Only who stayed at least so long.'),
    ...connectionInput,
    ...pieceInput,
  }),
  output: z.object({
    meeting: MeetingLine,
    summary: Summary,
    people: z.array(
      z.object({
        name: z.string(),
        email: z.string().optional(),
        minutes: z.number(),
        percent: z.number().describe('Of the length of the meeting.'),
        joins: z.int(),
        first_join: z.string().optional(),
        last_leave: z.string().optional(),
        registered: z.boolean(),
      }),
    ),
    ...pieceOutput,
    notes,
  }),
  async run(context, input) {
    const { limit, cursor, ...asked } = input;
    const { facts, head } = await attendance(context, input);
    const least = (asked.min_minutes ?? 0) * 60;
    const people = facts
      .filter(({ status, seconds }) => status === 'attended' && seconds >= least)
      .map((fact) => ({
        name: fact.name,
        ...(fact.email ? { email: fact.email } : {}),
        minutes: minutesOf(fact.seconds * 1000),
        percent: fact.percent,
        joins: fact.joins,
        ...(fact.firstJoin ? { first_join: fact.firstJoin } : {}),
        ...(fact.lastLeave ? { last_leave: fact.lastLeave } : {}),
        registered: fact.registrantStatus !== undefined,
      }));
    const { lines, ...rest } = piece(
      ['meeting_attendance', asked],
      people,
      { limit, cursor },
      roomBeside(head),
    );
    return { ...head, people: lines, ...rest };
  },
});

const absent = defineTool({
  name: 'meeting_no_shows',
  title: 'Who registered for a meeting and did not come',
  description:
    'Who registered for one meeting or webinar and did not come, for a follow-up. `unclear` means that the person may have come without being recognised: do not tell them that they were missed.',
  effect: 'read',
  idempotent: true,
  openWorld: true,
  input: z.strictObject({ meeting, ...connectionInput, ...pieceInput }),
  output: z.object({
    meeting: MeetingLine,
    summary: Summary,
    people: z.array(
      z.object({
        name: z.string(),
        email: z.string(),
        status: z.enum(['absent', 'unclear']),
        registered_at: z.string().optional(),
      }),
    ),
    ...pieceOutput,
    notes,
  }),
  async run(context, input) {
    const { limit, cursor, ...asked } = input;
    const { facts, head } = await attendance(context, input);
    const people = facts
      .filter(({ status }) => status === 'absent' || status === 'unclear')
      .toSorted((a, b) => a.status.localeCompare(b.status) || a.person.localeCompare(b.person))
      .map((fact) => ({
        name: fact.name,
        email: fact.email,
        status: fact.status,
        ...(fact.registeredAt ? { registered_at: fact.registeredAt } : {}),
      }));
    const { lines, ...rest } = piece(
      ['meeting_no_shows', asked],
      people,
      { limit, cursor },
      roomBeside(head),
    );
    return { ...head, people: lines, ...rest };
  },
});

export const meetingTools: readonly OwnTool[] = [find, attended, absent];
