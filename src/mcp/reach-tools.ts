import { z } from 'zod';
import { at, type Effect } from '../core/action.ts';
import { findAction, listActions } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import { toJsonSchema } from '../core/schema.ts';
import { isOffered, offeredConnector } from './offer.ts';
import {
  badField,
  defineTool,
  piece,
  pieceInput,
  pieceOutput,
  type OwnTool,
  type ToolContext,
} from './own-tool.ts';
import { shortened } from './pieces.ts';
import { runAction, type Asked } from './run-action.ts';
import { objectSchema } from './tools.ts';

const connection = z.string().describe('As find_actions names it.');
const action = z.string().describe('Such as users.list.');

const find = defineTool({
  name: 'find_actions',
  title: 'Find an operation of a connected system',
  description:
    'Finds operations of the connected systems by words, for what no other tool does. Then describe_action, then run it.',
  effect: 'read',
  idempotent: true,
  openWorld: false,
  input: z.strictObject({
    query: z
      .string()
      .optional()
      .describe('Words, such as "registrants webinar". All operations unless told.'),
    connection: z.string().optional().describe('One system only.'),
    ...pieceInput,
  }),
  output: z.object({
    actions: z.array(
      z.object({
        connection: z.string(),
        action: z.string(),
        title: z.string(),
        effect: z.enum(['read', 'write', 'destroy']),
        run_with: z
          .string()
          .describe('The tool that runs it; "not allowed" when the person did not allow it.'),
      }),
    ),
    connections: z.array(z.string()),
    ...pieceOutput,
  }),
  async run({ app, offer }, { limit, cursor, ...asked }) {
    const words = (asked.query ?? '')
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter(Boolean);
    const found: { score: number; line: Record<string, unknown> }[] = [];
    for (const name of asked.connection === undefined ? offer.connections : [asked.connection]) {
      const connector = await offeredConnector(app, offer, name);
      for (const one of listActions(connector)) {
        const score = scoreOf(`${connector.title} ${one.name} ${one.action.title}`, words);
        if (score === 0) continue;
        const { effect, title } = one.action;
        const runWith = isOffered(offer, name, one) ? `run_${effect}_action` : 'not allowed';
        found.push({ score, line: { connection: name, action: one.name, title, effect, run_with: runWith } });
      }
    }
    const sorted = found.toSorted((a, b) => b.score - a.score).map(({ line }) => line);
    const { lines, ...rest } = piece(['find_actions', asked], sorted, { limit: limit ?? 20, cursor });
    return { actions: lines, connections: [...offer.connections], ...rest };
  },
});

/** How many of the words stand in a text, a whole word counting double; 0 when fewer than half do. */
function scoreOf(text: string, words: readonly string[]): number {
  if (words.length === 0) return 1;
  const parts = text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  let score = 0;
  let hits = 0;
  for (const word of words) {
    const stem = word.length > 3 ? word.replace(/(?:ies|es|s)$/, '') : word;
    if (!parts.some((part) => part.startsWith(stem))) continue;
    hits++;
    score += parts.includes(word) ? 2 : 1;
  }
  return hits * 2 >= words.length ? score : 0;
}

const describe = defineTool({
  name: 'describe_action',
  title: 'How an operation is called',
  description: 'The JSON Schema of the input of one operation, an example that passes, and what it needs.',
  effect: 'read',
  idempotent: true,
  openWorld: false,
  input: z.strictObject({ connection, action, select: selectInput() }),
  output: z.object({
    title: z.string(),
    effect: z.enum(['read', 'write', 'destroy']),
    run_with: z.string(),
    docs: z.string(),
    scopes: z.array(z.string()).describe('One of these is enough.'),
    plan: z.string().optional(),
    example: z.unknown(),
    input: z.unknown().describe('JSON Schema.'),
  }),
  async run(context, asked) {
    const { found } = await actionOf(context, asked);
    const allowed = isOffered(context.offer, asked.connection, { name: asked.action, action: found });
    const schema = objectSchema(toJsonSchema(found.input, 'input'));
    const chosen = asked.select === undefined ? schema : at(schema, asked.select);
    return {
      title: found.title,
      effect: found.effect,
      run_with: allowed ? `run_${found.effect}_action` : `not allowed. ${howToAllow(found.effect, asked)}`,
      docs: found.docs,
      scopes: [...found.scopes],
      ...(found.plan === undefined ? {} : { plan: found.plan }),
      example: found.example,
      input: shortened(chosen, asked.select ?? ''),
    };
  },
});

function selectInput() {
  return z
    .string()
    .optional()
    .describe('Dotted path of one part, when the whole is too large: properties.settings.');
}

async function actionOf({ app, offer }: ToolContext, asked: { connection: string; action: string }) {
  const connector = await offeredConnector(app, offer, asked.connection);
  const found = findAction(connector, asked.action);
  if (found) return { connector, found };
  throw new ConnectorError(`${asked.connection} has no action '${asked.action}'`, {
    kind: 'input',
    connector: connector.id,
    hint: 'Find its name with find_actions.',
    fields: [{ field: 'action', message: 'is not known' }],
  });
}

function howToAllow(effect: Effect, asked: { connection: string; action: string }): string {
  return effect === 'destroy'
    ? `The person who set up this server allows it with --allow-destroy ${asked.connection}.${asked.action}.`
    : 'The person who set up this server allows it with --allow write.';
}

function runner(effect: Effect, title: string, description: string): OwnTool {
  return defineTool({
    name: `run_${effect}_action`,
    title,
    description,
    effect,
    // Reading twice does no harm. Of the others, each action has its own answer: the careful one stands for all.
    idempotent: effect === 'read',
    openWorld: true,
    input: z.strictObject({
      connection,
      action,
      input: z.record(z.string(), z.unknown()).optional().describe('As describe_action says.'),
      ...(effect === 'read'
        ? {
            select: selectInput(),
            cursor: z
              .string()
              .optional()
              .describe('next_cursor of the piece before, with the same arguments.'),
          }
        : {}),
    }),
    output: z.object({
      result: z.unknown(),
      next_cursor: z.string().optional().describe('Only when there is more.'),
      note: z.string().optional(),
    }),
    async run(context, asked) {
      const { connector, found } = await actionOf(context, asked);
      if (found.effect !== effect) {
        throw badField(
          'action',
          `${asked.action} is a ${found.effect} action`,
          `Run it with run_${found.effect}_action.`,
        );
      }
      if (!isOffered(context.offer, asked.connection, { name: asked.action, action: found })) {
        throw new ConnectorError(`${asked.connection} ${asked.action} is not allowed here`, {
          kind: 'input',
          connector: connector.id,
          hint: howToAllow(effect, asked),
        });
      }
      const { input, select, cursor } = asked as Asked;
      return runAction(context.app, asked.connection, asked.action, found, { input, select, cursor });
    },
  });
}

export const findTools: readonly OwnTool[] = [find, describe];

export const runners: Readonly<Record<Effect, OwnTool>> = {
  read: runner(
    'read',
    'Run an operation that reads',
    'Runs one operation that changes nothing. Lists come page by page: go on with next_cursor.',
  ),
  write: runner(
    'write',
    'Run an operation that changes something',
    'Runs one operation that creates or changes something in the other system. Ask the person first unless they told you to.',
  ),
  destroy: runner(
    'destroy',
    'Run an operation that destroys something',
    'Runs one operation that deletes something for good. The person is asked to confirm it.',
  ),
};
