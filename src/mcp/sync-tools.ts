import { z } from 'zod';
import { shortened } from './pieces.ts';
import { badField, defineTool, roomBeside, type OwnTool } from './own-tool.ts';

/** Runs and troubles that one look shows. */
const SHOWN = 10;

const explain = defineTool({
  name: 'explain_person',
  title: 'Why a person did or did not reach Brevo',
  description:
    'Why the person with this address did or did not reach Brevo: a verdict, the meetings in which they were seen, and what was sent. From our own records.',
  effect: 'read',
  idempotent: true,
  openWorld: false,
  input: z.strictObject({ email: z.string().describe('Address of the person.') }),
  output: z.object({
    email: z.string(),
    verdict: z.string(),
    seen: z.array(
      z.object({
        kind: z.string(),
        topic: z.string(),
        started_at: z.string(),
        meeting: z.string(),
        status: z.string(),
        minutes: z.number(),
        registered: z.string().optional(),
      }),
    ),
    sent: z.array(
      z.object({
        effect: z.string(),
        state: z.string(),
        at: z.string().optional(),
        updated_at: z.string(),
        why: z.string().optional(),
      }),
    ),
    left_out: z.int().describe('Older lines that are not shown.'),
  }),
  async run({ app }, { email }) {
    if (!/^[^\s@]+@[^\s@]+$/.test(email.trim())) {
      throw badField('email', `'${email}' is no e-mail address`, 'Give one like ada@example.com.');
    }
    const { verdict, facts, deliveries, ...rest } = await app.explain(email.trim());
    const seen = facts.toReversed().slice(0, SHOWN * 3);
    const sent = deliveries.toReversed().slice(0, SHOWN * 3);
    return {
      email: rest.email,
      verdict,
      seen: seen.map(({ kind, topic, startedAt, instance, status, minutes, registered }) => ({
        kind,
        topic,
        started_at: startedAt,
        meeting: instance,
        status,
        minutes,
        ...(registered === undefined ? {} : { registered }),
      })),
      sent: sent.map(({ effect, state, at, updatedAt, error }) => ({
        effect,
        state,
        ...(at === undefined ? {} : { at }),
        updated_at: updatedAt,
        ...(error ? { why: [error.message, error.hint].filter(Boolean).join(' ') } : {}),
      })),
      left_out: facts.length - seen.length + (deliveries.length - sent.length),
    };
  },
});

const health = defineTool({
  name: 'sync_health',
  title: 'Whether the synchronisation works',
  description:
    'Whether people and data arrive: what is wrong in plain words, the last runs, deliveries and events by state, dead letters. From our own records; changes nothing.',
  effect: 'read',
  idempotent: true,
  openWorld: false,
  input: z.strictObject({}),
  output: z.object({
    troubles: z.array(z.string()).describe('Empty when all is well.'),
    runs: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        state: z.string(),
        started_at: z.string(),
        finished_at: z.string().optional(),
        error: z.string().optional(),
      }),
    ),
    deliveries: z.record(z.string(), z.int()).describe('By state.'),
    events: z.record(z.string(), z.int()).describe('Received webhooks that wait (`received`) or failed.'),
    dead_letters: z.record(z.string(), z.int()).describe('By queue. A person has to decide about these.'),
    refused: z.array(z.object({ person: z.string(), effect: z.string(), why: z.string() })),
    next: z.array(z.object({ what: z.string(), at: z.string() })),
  }),
  async run({ app }) {
    const records = await app.records();
    const status = await records.status();
    const runs = await records.runs({}, SHOWN);
    const refused = await records.deliveries({ state: 'refused' }, SHOWN);
    const deliveries = sums(status.deliveries);
    const events = sums(status.inbox);
    const dead = Object.fromEntries(
      status.jobs.filter((queue) => queue.dead > 0).map((queue) => [queue.queue, queue.dead]),
    );
    const troubles = [
      ...newestOfEachKind(runs).flatMap(({ kind, state, error }) =>
        state === 'failed' || state === 'lost'
          ? [
              `The last ${kind} ${state === 'lost' ? 'was cut off' : 'failed'}: ${messageOf(error) ?? 'no reason'}`,
            ]
          : [],
      ),
      ...Object.entries(dead).map(([queue, count]) => `${count} dead letters in ${queue}`),
      ...(deliveries['refused']
        ? [`${deliveries['refused']} deliveries were refused by the other side`]
        : []),
      ...(events['failed'] ? [`${events['failed']} received events could not be handled`] : []),
    ];
    const head = {
      troubles,
      deliveries,
      events,
      dead_letters: dead,
      runs: runs.map(({ id, kind, state, startedAt, finishedAt, error }) => ({
        id,
        kind,
        state,
        started_at: startedAt,
        ...(finishedAt === undefined ? {} : { finished_at: finishedAt }),
        ...(error === undefined ? {} : { error: messageOf(error) ?? 'unknown' }),
      })),
      next: status.schedules.map(({ name, nextAt }) => ({ what: name, at: nextAt })),
    };
    const lines = refused.map(({ person, effect, error }) => ({
      person,
      effect,
      why: [error?.message, error?.hint].filter(Boolean).join(' ') || 'no reason was given',
    }));
    return { ...head, refused: shortened(lines, 'refused', roomBeside(head)) as unknown[] };
  },
});

function sums(counts: readonly { state: string; count: number }[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const { state, count } of counts) result[state] = (result[state] ?? 0) + count;
  return result;
}

function newestOfEachKind<T extends { kind: string; state: string }>(runs: readonly T[]): T[] {
  const seen = new Set<string>();
  return runs.filter(({ kind, state }) => {
    if (state === 'running' || seen.has(kind)) return false;
    seen.add(kind);
    return true;
  });
}

function messageOf(error: unknown): string | undefined {
  const { message, hint } = (error ?? {}) as { message?: string; hint?: string };
  return message === undefined ? undefined : [message, hint].filter(Boolean).join(' ');
}

export const syncTools: readonly OwnTool[] = [explain, health];
