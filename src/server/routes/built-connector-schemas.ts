import { z } from 'zod';

/** Answers may say more than is documented here. */
export const open = <S extends z.ZodRawShape>(shape: S): z.ZodObject<S> =>
  z.looseObject(shape) as z.ZodObject<S>;

export const built = z.object({ connector: z.string().describe('Id of a built connector.') });
export const names = z.array(z.string().min(1).max(200)).max(5000);
export const record = z.record(z.string(), z.unknown());
export const connection = z
  .string()
  .optional()
  .describe('Name of a connection; needed when there are several.');

export const fault = open({ message: z.string() });
export const change = z
  .object({
    kind: z.enum(['added', 'removed', 'changed']),
    breaking: z.boolean().describe('What worked before may fail now.'),
    action: z.string().optional(),
    operation: z.string().optional().describe('Method and path.'),
    pointer: z.string(),
    message: z.string(),
  })
  .meta({ id: 'ConnectorChange' });
export const diff = z
  .object({
    changes: z.array(change),
    added: z.int(),
    removed: z.int(),
    changed: z.int(),
    breaking: z.int(),
  })
  .meta({ id: 'ConnectorDiff' });
export const changed = open({
  id: z.string(),
  version: z.int(),
  changed: z.boolean(),
  diff,
  faults: z.array(fault).describe('Edits that do not fit the document any more; they are kept.'),
}).meta({ id: 'ConnectorChanged' });
export const result = open({
  action: z.string(),
  state: z.enum(['ok', 'failed', 'waived', 'untested', 'skipped', 'not-run']),
  message: z.string(),
  drift: z.array(fault).describe('How the answer differs from what is known of it.'),
}).meta({ id: 'ActionTest' });
export const line = open({
  id: z.string(),
  title: z.string(),
  version: z.int().describe('The newest.'),
  published: z.int().optional().describe('The one that is in use; the newest while there is none.'),
  actions: z.int(),
  tests: z.object({ ok: z.int(), failed: z.int(), waived: z.int(), untested: z.int() }),
}).meta({ id: 'BuiltConnector' });

const pointer = z.string().max(1000).describe('JSON pointer into the operation, or into the definition.');
export const order = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('set'), action: z.string().optional(), pointer, value: z.unknown() }),
  z.strictObject({ do: z.literal('unset'), action: z.string().optional(), pointer }),
  z.strictObject({ do: z.enum(['hide', 'show', 'remove']), action: z.string() }),
  z.strictObject({ do: z.literal('rename'), action: z.string(), name: z.string() }),
  z.strictObject({
    do: z.literal('fields'),
    action: z.string(),
    fields: z.strictObject({
      method: z.string().optional(),
      title: z.string().optional(),
      description: z.string().optional(),
      path: z.string().optional().describe('With :name or {name}, and defaults in its query.'),
      query: record.optional().describe('Defaults by name; null takes one away.'),
      headers: record.optional(),
      body: z.unknown().optional().describe('An example.'),
      response: z.unknown().optional().describe('An example.'),
    }),
  }),
]);
