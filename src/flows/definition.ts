import { z } from 'zod';
import { nextCron } from '../jobs/cron.ts';

/** What a setting is, for messages about a wrong one. */
export interface Words {
  expected: string;
  /** A value that would be right. */
  example: string;
}

/** The words of each setting's schema. */
export const flowWords: z.core.$ZodRegistry<Words> = z.registry<Words>();

function said<S extends z.ZodType>(schema: S, expected: string, example: string): S {
  flowWords.add(schema, { expected, example });
  return schema;
}

const name = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** Id of a flow. */
export const flowId = said(
  z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be small letters, digits and hyphens'),
  'a name of small letters, digits and hyphens',
  'order-to-webinar: { trigger: …, steps: [ … ] }',
);

const expression = (says: string, example: string) =>
  said(z.string().min(1).max(4000).describe(says), 'an expression', example);

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `30s`, `5m`, `2h` or `1d`. */
export function spanOf(text: string): number {
  const [, count = '0', unit = ''] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  return Number(count) * (UNITS[unit] ?? 0);
}

const span = (longest: number, says: string, example: string) =>
  said(
    z
      .string()
      .refine((text) => spanOf(text) > 0 && spanOf(text) <= longest, 'must be a span of time such as 30s')
      .describe(says),
    `a span of time of at most ${longest / 3_600_000} h`,
    example,
  );

const schedule = said(
  z
    .string()
    .refine(isSchedule, "must be a span such as 15m, or cron in UTC such as '30 3 * * mon-fri'")
    .describe('How often: a span such as 15m, or five fields of cron in UTC such as `30 3 * * mon-fri`.'),
  'a span such as 15m, or an expression of cron in UTC',
  "'30 3 * * mon-fri'",
);

function isSchedule(text: string): boolean {
  const every = spanOf(text);
  if (every > 0) return every >= 1000 && every <= 30 * 86_400_000;
  try {
    nextCron(text, 0);
    return true;
  } catch {
    return false;
  }
}

const flag = (says: string, example: string) => said(z.boolean().describe(says), 'true or false', example);

const trigger = said(
  z
    .strictObject({
      connection: said(
        z
          .string()
          // A hook of a connection is called `hook:<connection>/<webhook>`.
          .regex(/^[A-Za-z0-9][\w.:/-]{0,127}$/)
          .describe('The connection, or the incoming hook, whose event begins it.'),
        'the name of a connection',
        'zoom',
      ).optional(),
      event: said(
        z.string().min(1).max(200).describe('Name of an event, an area such as `meeting.*`, or `*`.'),
        'the name of an event',
        'meeting.ended',
      ).optional(),
      filter: expression(
        'Events for which this is false begin no run.',
        'trigger.body.payload.object.type == 2',
      ).optional(),
      schedule: schedule.optional(),
      manual: flag('Only people begin it.', 'true').optional(),
      input: said(
        z.record(z.string(), z.unknown()).describe('JSON Schema of what a person gives.'),
        'a JSON Schema',
        '{ type: object }',
      ).optional(),
    })
    .describe('What begins a run: an event of a connection, a schedule, or a person.'),
  'a map of settings',
  '{ connection: zoom, event: meeting.ended }',
);

const retry = said(
  z.strictObject({
    times: said(
      z.int().min(0).max(20).describe('How often a step that failed for now is tried again; 3 unless told.'),
      'a whole number from 0 to 20',
      '3',
    ).optional(),
    delay: span(
      86_400_000,
      'Until the first of these tries; twice as long before each further one. 30s unless told.',
      '30s',
    ).optional(),
  }),
  'a map of settings',
  '{ times: 3, delay: 30s }',
);

const choice = <const T extends readonly [string, ...string[]]>(values: T, says: string) =>
  said(z.enum(values).describe(says), values.join(' or '), values[0]);

const step = said(
  z.strictObject({
    id: said(
      z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'must be letters, digits and underscores')
        .describe('What later steps call it: `steps.<id>.output`.'),
      'a name of letters, digits and underscores',
      'register',
    ),
    title: said(z.string().max(200), 'a text', 'Register the buyer').optional(),
    action: said(
      z
        .string()
        .regex(/^[\w.-]+\.\w+$/, 'must be connection.area.name, such as zoom.meetings.create')
        .describe(
          '`connection.area.name`, such as `zoom.meetings.create`; with `connection`, only `area.name`.',
        ),
      'connection.area.name of an action',
      'zoom.meetings.create',
    ),
    connection: said(z.string().regex(name), 'the name of a connection', 'zoom').optional(),
    input: said(
      z.record(z.string(), z.unknown()).describe('Inputs of the action; texts may hold `${ expression }`.'),
      'a map of inputs',
      '{ topic: "${trigger.body.title}" }',
    ).default({}),
    for_each: expression(
      'A list: the step is done for each `item` of it, with its `index`.',
      'trigger.body.items',
    ).optional(),
    when: expression('The step is left out where this is false.', "item.sku == 'WEBINAR'").optional(),
    on_error: choice(
      ['stop', 'continue'],
      'What a failure of it means for the run; stop unless told.',
    ).default('stop'),
    on_doubt: choice(
      ['stop', 'retry'],
      'What happens when nobody knows whether a call that must not be repeated took effect; stop unless told.',
    ).default('stop'),
    retry: retry.default({}),
    pages: choice(
      ['first', 'all'],
      'How much of a list is read: its first page, or all of it; the first unless told.',
    ).optional(),
    timeout: span(3_600_000, 'Longest time of one try.', '30s').optional(),
  }),
  'a step',
  '{ id: create, action: zoom.meetings.create, input: { topic: Hello } }',
);

/** Steps of one flow, at most. */
const MAX_STEPS = 100;

/** A flow, as it stands in a file or comes over the API. */
export const flowSchema = said(
  z
    .strictObject({
      name: said(z.string().min(1).max(200), 'a text', 'Orders register their buyers').optional(),
      enabled: flag('Whether events and schedules begin runs; true unless told.', 'true').default(true),
      trigger,
      when: expression('Where this is false, the run ends as skipped.', 'trigger.body.total > 0').optional(),
      key: expression(
        'Runs for which this gives the same value go one after the other, in the order in which they came.',
        'trigger.body.customer.email',
      ).optional(),
      steps: said(z.array(step).min(1).max(MAX_STEPS), 'a list of 1 to 100 steps', '[{ id: …, action: … }]'),
      output: said(
        z.unknown().optional().describe('What came of a run; may hold `${ expression }`.'),
        'a value',
        '{}',
      ),
    })
    .meta({ id: 'FlowDefinition' }),
  'a flow',
  '{ trigger: { manual: true }, steps: [ … ] }',
);

/** A flow as it was checked, with what it leaves out filled in. */
export type FlowDefinition = z.output<typeof flowSchema>;
export type StepDefinition = FlowDefinition['steps'][number];

/** The action of a step: which one of which connection. */
export function actionOf({ action, connection }: Pick<StepDefinition, 'action' | 'connection'>): {
  connection: string;
  action: string;
} {
  if (connection !== undefined) return { connection, action };
  const area = action.lastIndexOf('.', action.lastIndexOf('.') - 1);
  return { connection: action.slice(0, Math.max(0, area)), action: action.slice(area + 1) };
}

/** How a flow is begun, in a few words. */
export function triggerText({ trigger: { connection, event, schedule: rule } }: FlowDefinition): string {
  if (event !== undefined) return `${connection} ${event}`;
  return rule === undefined ? 'by a person' : `schedule ${rule}`;
}
