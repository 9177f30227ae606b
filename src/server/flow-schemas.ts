import { z } from 'zod';
import { limit } from './schemas.ts';

const moment = z.iso.datetime().describe('ISO 8601, UTC.');

const runState = z
  .enum(['queued', 'running', 'waiting', 'done', 'partly', 'failed', 'in-doubt', 'skipped', 'stopped'])
  .describe(
    'partly: done but for steps that failed and may. in-doubt: nobody knows whether a call took effect. skipped: its condition did not hold.',
  );

const trouble = z
  .object({
    kind: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    step: z.string().optional(),
    item: z.int().optional(),
    pointer: z.string().optional().describe('Place in the flow, as a JSON pointer.'),
    expression: z.string().optional(),
    tries: z.int().optional(),
  })
  .meta({ id: 'FlowTrouble' });

const flowMembers = {
  id: z.string(),
  name: z.string(),
  source: z.enum(['file', 'stored']),
  enabled: z.boolean(),
  trigger: z.string().describe('What begins it, in a few words.'),
  runs: z.record(z.string(), z.int()).describe('Runs on record, by state.'),
  lastRunAt: moment.optional(),
};

export const flowLine = z
  .object({
    ...flowMembers,
    steps: z.int(),
    problems: z.int().describe('Things that are wrong with it now.'),
  })
  .meta({ id: 'FlowLine' });

export const flowView = z
  .object({
    ...flowMembers,
    definition: z.unknown(),
    version: z.string().describe('Hash of the definition.'),
    updatedAt: moment.optional(),
    problems: z.array(z.object({ pointer: z.string(), where: z.string().optional(), message: z.string() })),
  })
  .meta({ id: 'Flow' });

export const flowOrder = z
  .strictObject({
    input: z.unknown().optional().describe('What a person gives; for a flow of an event, the body of one.'),
    event: z.string().optional().describe('Id of a received event, which is used as if it came now.'),
    once: z.string().min(1).max(200).optional().describe('Orders with the same text begin one run.'),
  })
  .meta({ id: 'FlowOrder' });

const runMembers = {
  id: z.string(),
  flow: z.string(),
  origin: z.enum(['event', 'schedule', 'person']),
  state: runState,
  createdAt: moment,
  startedAt: moment.optional(),
  finishedAt: moment.optional(),
  resumeAt: moment.optional().describe('When it goes on, while it waits.'),
  error: trouble.optional(),
};

export const flowRunLine = z.object(runMembers).meta({ id: 'FlowRunLine' });

export const flowRun = z
  .object({
    ...runMembers,
    version: z.string().describe('Hash of the definition that it began with.'),
    trigger: z.unknown(),
    output: z.unknown().optional(),
    items: z.array(
      z
        .object({
          step: z.string(),
          item: z.int(),
          state: z.enum(['sending', 'waiting', 'done', 'failed', 'in-doubt', 'skipped']),
          attempts: z.int(),
          input: z.unknown().optional(),
          output: z.unknown().optional(),
          error: trouble.optional(),
          startedAt: moment,
          finishedAt: moment.optional(),
        })
        .meta({ id: 'FlowItem' }),
    ),
  })
  .meta({ id: 'FlowRun' });

export const flowRunFilter = z.object({
  flow: z.string().optional(),
  state: runState.optional(),
  since: z.iso.datetime({ offset: true }).optional().describe('Not before this moment.'),
  limit,
});

export const flowRetry = z
  .strictObject({
    doubt: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('again') }),
        z.strictObject({
          kind: z.literal('done'),
          output: z.unknown().optional().describe('What it answered, when a later step needs that.'),
        }),
      ])
      .optional()
      .describe('For a run in doubt: was its last call done, or is it to be made again?'),
    latest: z.boolean().optional().describe('By the flow as it is now; failed steps get new inputs.'),
  })
  .meta({ id: 'FlowRetry' });

export const flowRehearsal = z
  .object({
    flow: z.string(),
    wanted: z.boolean().describe('Whether a run would be begun and go on to its steps.'),
    key: z.unknown().optional(),
    items: z.array(
      z.object({
        step: z.string(),
        item: z.int(),
        action: z.string(),
        effect: z.enum(['read', 'write', 'destroy']).optional(),
        state: z.enum(['would-send', 'read', 'skipped', 'failed']),
        input: z.unknown().optional(),
        output: z.unknown().optional(),
        sampled: z.boolean().describe('The output is made up from its schema.'),
        error: trouble.optional(),
      }),
    ),
    output: z.unknown().optional(),
    error: trouble.optional(),
  })
  .meta({ id: 'FlowRehearsal' });
