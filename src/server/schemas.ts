import { z } from 'zod';

const moment = z.iso.datetime().describe('ISO 8601, UTC.');
const reason: z.ZodType<{ kind?: string | undefined; message: string; hint?: string | undefined }> =
  z.looseObject({
    kind: z.string().optional(),
    message: z.string(),
    hint: z.string().optional(),
  });

export const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(1000)
  .default(100)
  .describe('How many at most; 100 unless told.');
const since = z.iso
  .datetime({ offset: true })
  .describe('Not before this moment, such as 2026-11-01T00:00:00Z.');
const until = z.iso.datetime({ offset: true }).describe('Before this moment.');

export const idParams = z.object({ id: z.string().min(1).max(2000).describe('As lists give it.') });

export const errorKind = z
  .string()
  .regex(/^[a-z-]{2,20}$/)
  .describe('Kind of the error, such as input.');

// Runs

export const runKind = z.enum(['activate', 'extract']);
export const runState = z.enum(['running', 'done', 'failed', 'stopped', 'lost']);
const runMembers = {
  id: z.string(),
  kind: runKind,
  origin: z.enum(['command', 'server', 'schedule']).describe('Who began it.'),
  state: runState.describe('lost: its process ended without a word.'),
  startedAt: moment,
  finishedAt: moment.optional(),
  options: z.unknown().optional(),
  error: z.unknown().optional().describe('Why it failed.'),
};
export const runLine = z.object(runMembers).meta({ id: 'RunLine' });
export const run = z
  .object({
    ...runMembers,
    progress: z.unknown().optional().describe('How far it is.'),
    summary: z.unknown().optional().describe('What came of it.'),
  })
  .meta({ id: 'Run' });
export const runFilter = z.object({
  kind: runKind.optional(),
  state: runState.optional(),
  since: since.optional(),
  limit,
});
export const started = z
  .object({ id: z.string().describe('Ask for it at /runs/{id}.') })
  .meta({ id: 'Started' });

const range = { since, until };
export const activation = z
  .strictObject({
    ...range,
    dryRun: z.boolean().optional().describe('Only look: send nothing.'),
    again: z.boolean().optional().describe('Read again also what was complete when it was read.'),
    retryRefused: z.boolean().optional().describe('Send again what was refused before.'),
    events: z.boolean().optional().describe('False: contacts and lists only.'),
  })
  .meta({ id: 'Activation' });

export const extraction = z
  .strictObject({
    streams: z.array(z.string()).optional().describe("Names or patterns such as 'meeting_*'; default: all."),
    from: z.string().optional().describe('Name of a connection; default: zoom.'),
    to: z.string().optional().describe('sqlite:, postgres:, duckdb: or file: URL.'),
    since: since.optional(),
    until: until.optional(),
    anchor: since.optional().describe('Where the first reading of history begins.'),
    mode: z.enum(['incremental', 'full-refresh', 'append']).optional(),
    select: z.array(z.string()).optional().describe('Columns to keep.'),
    newColumns: z.enum(['keep', 'add']).optional(),
    wait: z.boolean().optional().describe('Wait for the next day when a daily limit is used up.'),
    cwd: z
      .string()
      .optional()
      .describe('Folder that relative paths start from, on the machine of the server.'),
    replication: z
      .strictObject({ file: z.string().describe('Its name, for messages.'), text: z.string().max(500_000) })
      .optional()
      .describe('A replication file.'),
    env: z
      .record(z.string(), z.string())
      .optional()
      .describe('Variables that names of targets and ${NAME} in the file are taken from first.'),
  })
  .meta({ id: 'Extraction' });

// Events

export const eventState = z.enum(['received', 'handled', 'ignored', 'failed']);
const eventMembers = {
  id: z.string(),
  connection: z.string(),
  event: z.string(),
  account: z.string().optional(),
  happenedAt: moment.optional(),
  receivedAt: moment,
  settledAt: moment.optional(),
  dedupeKey: z.string(),
  verdict: z.string().describe('How it was proven.'),
  state: eventState.describe('ignored: nobody handles events of this name.'),
  lane: z.string().optional(),
  attempts: z.int(),
  replays: z.int(),
  error: reason.optional(),
};
export const eventLine = z.object(eventMembers).meta({ id: 'EventLine' });
export const event = z
  .object({ ...eventMembers, headers: z.record(z.string(), z.string()), body: z.unknown() })
  .meta({ id: 'Event' });
const eventConditions = {
  connection: z.string().optional(),
  state: eventState.optional(),
  event: z.string().optional().describe('A name, or an area such as meeting.*'),
  account: z.string().optional(),
  since: since.optional(),
  until: until.optional(),
};
export const eventFilter = z.object({ ...eventConditions, limit });
export const replay = z
  .strictObject({ ids: z.array(z.string()).min(1).max(1000).optional(), ...eventConditions })
  .refine((filter) => Object.keys(filter).length > 0, 'name at least one condition')
  .meta({ id: 'Replay' });

// Deliveries

export const deliveryState = z.enum(['planned', 'sending', 'done', 'refused', 'skipped']);
export const delivery = z
  .object({
    id: z.string(),
    audience: z.string(),
    person: z.string(),
    instance: z.string().describe('Empty for the contact itself.'),
    effect: z.string().describe('contact, or event: and its name.'),
    state: deliveryState,
    at: z.string().optional(),
    attempts: z.int(),
    error: reason.optional(),
    updatedAt: moment,
    payload: z.unknown(),
  })
  .meta({ id: 'Delivery' });
const deliveryConditions = {
  person: z.string().optional().describe('An e-mail address.'),
  effect: z.string().optional(),
  kind: errorKind.optional(),
  since: since.optional(),
};
export const deliveryFilter = z.object({ ...deliveryConditions, state: deliveryState.optional(), limit });
export const retry = z
  .strictObject({
    ids: z.array(z.string()).min(1).max(1000).optional(),
    all: z.literal(true).optional().describe('Every refusal.'),
    ...deliveryConditions,
  })
  .refine((filter) => Object.keys(filter).length > 0, 'name at least one condition, or all')
  .meta({ id: 'Retry' });
export const retried = z.object({
  retried: z.int(),
  sending: z.boolean().describe('Whether it is sent now; else the next activation does it.'),
});

// Systems

export const status = z
  .object({
    version: z.string(),
    engine: z.enum(['sqlite', 'postgres']),
    now: moment,
    servingSince: moment.optional(),
    inbox: z.array(z.object({ connection: z.string(), state: z.string(), count: z.int(), oldestAt: moment })),
    rowsWaiting: z.int(),
    flowRuns: z
      .array(z.object({ flow: z.string(), state: z.string(), count: z.int() }))
      .describe('Runs of flows that are under way, and those that somebody has to look at.'),
    hooks: z.array(z.object({ state: z.string(), count: z.int() })),
    deliveries: z.array(z.object({ audience: z.string(), state: z.string(), count: z.int() })),
    jobs: z.array(
      z.object({
        queue: z.string(),
        due: z.int(),
        waiting: z.int(),
        held: z.int(),
        running: z.int(),
        dead: z.int(),
        lagMs: z.number(),
      }),
    ),
    schedules: z.array(z.object({ name: z.string(), rule: z.string(), nextAt: moment })),
    runs: z.array(runLine),
    budgets: z.record(z.string(), z.number()),
  })
  .meta({ id: 'Status' });

export const connection = z
  .object({
    name: z.string(),
    connector: z.string(),
    signIn: z.string().optional().describe('Kind of its sign-in.'),
    ready: z.boolean(),
    missing: z.array(z.string()),
    servers: z.record(z.string(), z.string()),
    plan: z.string(),
    source: z.enum(['configuration', 'stored']),
    problem: z.string().optional(),
    state: z.enum(['active', 'disabled']).optional(),
    checkedAt: moment.optional(),
    checkResult: z.string().optional(),
    webhooks: z.string().optional().describe('Where its system sends events to.'),
  })
  .meta({ id: 'Connection' });

export const finding = z
  .object({
    check: z.string(),
    state: z.enum(['ok', 'warning', 'failed']),
    detail: z.string(),
    hint: z.string().optional(),
    kind: z.string().optional(),
  })
  .meta({ id: 'Finding' });

const schemaObject = z.record(z.string(), z.unknown()).describe('JSON Schema.');
export const action = z
  .object({
    name: z.string(),
    title: z.string(),
    effect: z.enum(['read', 'write', 'destroy']),
    idempotent: z.boolean(),
    budget: z.string(),
    scopes: z.array(z.string()).readonly(),
    docs: z.string(),
    input: schemaObject,
    output: schemaObject,
    example: z.unknown(),
    connector: z.string(),
  })
  .meta({ id: 'Action' });

export const stream = z
  .looseObject({
    name: z.string(),
    title: z.string(),
    primaryKey: z.array(z.string()).readonly(),
    budget: z.string(),
    scopes: z.array(z.string()).readonly(),
    row: schemaObject,
    connector: z.string(),
  })
  .meta({ id: 'Stream' });

export const connector = z
  .object({
    id: z.string(),
    title: z.string(),
    docs: z.string(),
    actions: z.int(),
    streams: z.int(),
    triggers: z.int(),
  })
  .meta({ id: 'Connector' });

export const explanation = z
  .looseObject({
    email: z.string(),
    verdict: z.string().describe('One sentence that answers: did this person arrive?'),
    facts: z.array(z.looseObject({})),
    deliveries: z.array(z.looseObject({})),
  })
  .meta({ id: 'Explanation' });

const budgetKey = z.string().min(1).max(500).describe('Account and label.');
const amount = z.number().min(0).max(1e12);
export const budgetUse = z
  .discriminatedUnion('operation', [
    z.strictObject({
      operation: z.literal('reserve'),
      key: budgetKey,
      intervalMs: amount,
      burst: amount,
      n: amount,
    }),
    z.strictObject({ operation: z.literal('spend'), key: budgetKey, n: amount, limit: amount }),
    z.strictObject({ operation: z.literal('block'), key: budgetKey, ms: amount }),
    z.strictObject({ operation: z.literal('blockedFor'), key: budgetKey }),
    z.strictObject({ operation: z.literal('usedToday'), prefix: z.string().max(500) }),
  ])
  .meta({ id: 'BudgetUse' });
