import { z } from 'zod';
import { ConnectorError } from '../../core/errors.ts';
import { defineRoute, type Route } from '../route.ts';
import {
  built,
  changed,
  connection,
  diff,
  fault,
  line,
  names,
  open,
  order,
  record,
  result,
} from './built-connector-schemas.ts';

/** A document with 64 million characters, written as a text in JSON. */
const DOCUMENT_BYTES = 130_000_000;
/** Answers to learn from. */
const ANSWER_BYTES = 25_000_000;
/** Who waits for a test waits no longer than this, in milliseconds. */
const TEST_MS = 240_000;

const tag = 'Building connectors';

const listBuilt = defineRoute({
  method: 'get',
  path: '/built-connectors',
  id: 'listBuiltConnectors',
  summary: 'The connectors that people built, and how their tests ended.',
  tag,
  answer: z.array(line),
  run: async ({ app }) => (await app.connect()).list(),
});

const revisions = defineRoute({
  method: 'get',
  path: '/built-connectors/revisions',
  id: 'listBuiltRevisions',
  summary: 'A number for each built connector that rises with every change of it.',
  tag,
  answer: z.array(z.object({ id: z.string(), revision: z.int() })),
  run: async ({ app }) => app.builtSource((source) => source.revisions(), []),
});

const definition = defineRoute({
  method: 'get',
  path: '/connectors/{connector}/definition',
  id: 'getDefinition',
  summary: 'The definition that is in use.',
  tag,
  params: built,
  answer: open({ id: z.string() }),
  run: async ({ app, params }) => {
    const found = await app.builtSource((source) => source.definition(params.connector), undefined);
    if (found === undefined) {
      throw new ConnectorError(`there is no built connector '${params.connector}'`, {
        kind: 'not-found',
        hint: 'They are listed at /api/v1/built-connectors.',
      });
    }
    return found as { id: string };
  },
});

const show = defineRoute({
  method: 'get',
  path: '/connectors/{connector}/build',
  id: 'getBuiltConnector',
  summary: 'A built connector: definition, edits, tests.',
  tag,
  params: built,
  query: z.object({ version: z.coerce.number().int().positive().optional() }),
  answer: line.extend({ definition: z.unknown(), overlay: z.unknown(), results: z.array(result) }),
  run: async ({ app, params, query }) => (await app.connect()).show(params.connector, query.version),
});

const importDocument = defineRoute({
  method: 'post',
  path: '/connectors/import',
  id: 'importConnector',
  summary: 'Makes a connector of an API document, or brings a newer document into one; edits stay.',
  tag,
  maxBody: DOCUMENT_BYTES,
  body: z
    .strictObject({
      id: z.string().optional().describe('Made from the title when left out.'),
      text: z.string().optional().describe('OpenAPI 3 or Swagger 2.0, JSON or YAML.'),
      url: z.string().optional().describe('Where the document is; not with `text`.'),
      source: z.strictObject({ kind: z.enum(['file', 'stdin']), name: z.string().max(500) }).optional(),
      acceptBreaking: z.boolean().optional(),
      dryRun: z.boolean().optional(),
      note: z.string().max(500).optional(),
      allowPrivate: z.array(z.string()).optional().describe('Private hosts that the address may be on.'),
    })
    .refine(({ text, url }) => (text === undefined) !== (url === undefined), 'give either text or url'),
  answer: open({
    id: z.string(),
    state: z
      .enum(['created', 'updated', 'unchanged', 'breaking', 'looked'])
      .describe('breaking: nothing was kept; send it again with acceptBreaking.'),
    version: z.int(),
    faults: z.array(fault).describe('What is wrong with the document, with line and column.'),
    diff: diff.optional(),
  }).meta({ id: 'ImportOutcome' }),
  run: async ({ app, body }) => (await app.connect()).importDocument(body),
});

const add = defineRoute({
  method: 'post',
  path: '/connectors/{connector}/add',
  id: 'addAction',
  summary: 'Adds an operation by hand; makes the connector when there is none.',
  tag,
  params: built,
  body: z.strictObject({
    action: z.string().optional().describe('Such as orders.find.'),
    operation: record.optional(),
    curl: z.string().max(100_000).optional().describe('A cURL command, in place of an operation.'),
    title: z.string().optional(),
    server: z.string().optional(),
    auth: record.optional(),
  }),
  answer: changed,
  run: async ({ app, params, body }) => (await app.connect()).add(params.connector, body),
});

const edit = defineRoute({
  method: 'post',
  path: '/connectors/{connector}/edits',
  id: 'editConnector',
  summary: 'Edits a connector over its document: all of the edits, or none.',
  tag,
  params: built,
  body: z.strictObject({ edits: z.array(order).min(1).max(1000), note: z.string().max(500).optional() }),
  answer: changed,
  run: async ({ app, params, body }) => (await app.connect()).edit(params.connector, body.edits, body.note),
});

const link = defineRoute({
  method: 'post',
  path: '/connectors/{connector}/links',
  id: 'linkInput',
  summary: 'Sets the list of values that an input may have; null takes it away.',
  tag,
  params: built,
  body: z.strictObject({ action: z.string(), input: z.string(), link: record.nullable() }),
  answer: changed,
  run: async ({ app, params, body }) =>
    (await app.connect()).link(params.connector, body.action, body.input, body.link),
});

const versions = defineRoute({
  method: 'get',
  path: '/connectors/{connector}/versions',
  id: 'listConnectorVersions',
  summary: 'The versions of a connector, newest first.',
  tag,
  params: built,
  answer: z.array(
    open({ version: z.int(), kind: z.string(), note: z.string(), createdAt: z.iso.datetime() }),
  ),
  run: async ({ app, params }) => (await app.connect()).versions(params.connector),
});

const compare = defineRoute({
  method: 'get',
  path: '/connectors/{connector}/diff',
  id: 'diffConnector',
  summary: 'How two versions differ, and which of it breaks who uses the connector.',
  tag,
  params: built,
  query: z.object({
    from: z.coerce.number().int().positive(),
    to: z.coerce.number().int().positive().optional().describe('The newest when left out.'),
  }),
  answer: diff,
  run: async ({ app, params, query }) => (await app.connect()).diff(params.connector, query.from, query.to),
});

const rollBack = defineRoute({
  method: 'post',
  path: '/connectors/{connector}/rollback',
  id: 'rollbackConnector',
  summary: 'Makes the newest version what an older one was.',
  tag,
  params: built,
  body: z.strictObject({ version: z.int().positive() }),
  answer: changed,
  run: async ({ app, params, body }) => (await app.connect()).rollback(params.connector, body.version),
});

const test = defineRoute({
  method: 'post',
  path: '/connectors/{connector}/test',
  id: 'testConnector',
  summary:
    'Signs in and tries operations; what destroys something only when it is named and `destroy` is true.',
  tag,
  params: built,
  body: z.strictObject({
    connection,
    actions: names.optional().describe('Names, or patterns such as orders.*; all when left out.'),
    inputs: z.record(z.string(), record).optional().describe('By action; sampled when left out.'),
    reads: z.boolean().optional().describe('Only what reads.'),
    destroy: z.boolean().optional(),
    mock: z.boolean().optional().describe('Against a mock of the definition, without an account.'),
    timeoutMs: z.int().positive().max(TEST_MS).default(TEST_MS),
  }),
  answer: open({ ok: z.int(), failed: z.int(), skipped: z.int(), results: z.array(result) }),
  run: async ({ app, params, body }) => (await app.connect()).test(params.connector, body),
});

const pull = defineRoute({
  method: 'post',
  path: '/connectors/{connector}/pull',
  id: 'pullAnswer',
  summary: 'Learns the shape of an answer from real ones; never narrows what is known.',
  tag,
  maxBody: ANSWER_BYTES,
  params: built,
  body: z.strictObject({
    action: z.string(),
    connection,
    inputs: z.array(record).min(1).max(50).optional(),
    answers: z.array(z.unknown()).min(1).max(50).optional(),
    destroy: z.boolean().optional(),
  }),
  answer: changed.extend({ answers: z.int(), drift: z.array(fault), output: z.unknown() }),
  run: async ({ app, params, body: { action, ...body } }) =>
    (await app.connect()).pull(params.connector, action, body),
});

const options = defineRoute({
  method: 'get',
  path: '/connectors/{connector}/actions/{action}/options/{input}',
  id: 'listOptions',
  summary: 'The values that an input may have.',
  tag,
  params: z.object({
    connector: z.string().describe('Id of a built connector, or name of a connection.'),
    action: z.string(),
    input: z.string().describe('Name of the input, dotted when it is nested.'),
  }),
  query: z.object({
    connection,
    search: z.string().max(200).optional(),
    offset: z.coerce.number().int().min(0).optional(),
    limit: z.coerce.number().int().min(1).max(500).optional(),
    given: z.string().max(20_000).optional().describe('The inputs chosen so far, as a JSON object.'),
  }),
  answer: z
    .object({
      options: z.array(z.object({ value: z.unknown(), label: z.string() })),
      next: z.int().optional().describe('Offset of the next ones; missing at the end.'),
      open: z.boolean().describe('Other values may be sent, too.'),
    })
    .meta({ id: 'OptionList' }),
  run: async ({ app, params, query: { given, ...query } }) =>
    (await app.connect()).options(params.connector, params.action, params.input, {
      ...query,
      ...(given === undefined ? {} : { given: objectIn(given) }),
    }),
});

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below.
  }
  throw new ConnectorError("'given' is not a JSON object", {
    kind: 'input',
    hint: 'Such as given={"project":"7"}, percent-encoded.',
  });
}

const publish = defineRoute({
  method: 'post',
  path: '/connectors/{connector}/publish',
  id: 'publishConnector',
  summary:
    'Puts a version into use, when all its operations proved that they work or are waived with a reason.',
  tag,
  params: built,
  body: z.strictObject({
    waive: z.record(z.string(), z.string()).optional().describe('Reasons by action, or pattern.'),
    version: z.int().positive().optional(),
  }),
  answer: z.object({ id: z.string(), version: z.int(), waived: z.array(z.string()) }),
  run: async ({ app, params, body }) => (await app.connect()).publish(params.connector, body),
});

const exportAs = defineRoute({
  method: 'post',
  path: '/connectors/{connector}/export',
  id: 'exportConnector',
  summary: 'The connector as a document for other systems.',
  tag,
  params: built,
  body: z.strictObject({
    for: z.enum(['openapi', 'openapi-3.0', 'zoom-connect', 'power-platform', 'trunkline']).default('openapi'),
    actions: names.optional(),
    version: z.enum(['3.0', '3.1']).optional(),
    baseUrl: z.string().optional(),
  }),
  answer: open({
    document: z.unknown(),
    notes: z.array(fault).describe('What could not be said in it.'),
  }),
  run: async ({ app, params, body }) => (await app.connect()).export(params.connector, body),
});

const remove = defineRoute({
  method: 'delete',
  path: '/connectors/{connector}',
  id: 'removeConnector',
  summary: 'Erases a built connector with all its versions.',
  tag,
  params: built,
  answer: z.object({ removed: z.boolean() }),
  run: async ({ app, params }) => {
    await (await app.connect()).remove(params.connector);
    return { removed: true };
  },
});

export const builtConnectorRoutes: readonly Route[] = [
  listBuilt,
  revisions,
  importDocument,
  definition,
  show,
  add,
  edit,
  link,
  versions,
  compare,
  rollBack,
  test,
  pull,
  options,
  publish,
  exportAs,
  remove,
];
