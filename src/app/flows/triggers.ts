import { createCheck } from '../../core/json-check.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { CompiledFlow } from '../../flows/compile.ts';
import type { TriggerValue } from '../../flows/scope.ts';
import { parseJson } from '../../http/body.ts';
import { getEvent } from '../../webhooks/inbox.ts';
import type { App } from '../app.ts';

/** An event, as far as a flow may see it. */
export interface FlowEvent {
  id: string;
  connection: string;
  event: string;
  account: string | undefined;
  receivedAt: number;
  happenedAt: number | undefined;
  body: Uint8Array;
}

/** What an event is to the expressions of a flow. Whole numbers past 2^53 are text with all their digits. */
export function triggerValue(event: FlowEvent, otherwise: unknown): TriggerValue {
  const { id, connection, event: name, account, receivedAt, happenedAt, body } = event;
  return {
    id,
    connection,
    event: name,
    account: account ?? null,
    received_at: new Date(receivedAt).toISOString(),
    happened_at: happenedAt === undefined ? null : new Date(happenedAt).toISOString(),
    body: contentOf(body, otherwise),
  };
}

function contentOf(body: Uint8Array, otherwise: unknown): unknown {
  const text = Buffer.from(body).toString();
  try {
    return parseJson(text);
  } catch {
    return otherwise ?? text;
  }
}

/**
 * An event of the inbox, as if it came now.
 * @throws ConnectorError of kind `not-found`, or `input` when the flow is not for such events
 */
export async function triggerOfEvent(app: App, flow: CompiledFlow, id: string): Promise<TriggerValue> {
  const { sql } = await app.store();
  const event = await getEvent(sql, id);
  if (!event) {
    throw new ConnectorError(`there is no event ${id}`, {
      kind: 'not-found',
      hint: 'List them: trunkline events list. Old ones are pruned.',
    });
  }
  const { trigger } = flow.definition;
  if (trigger.event === undefined || trigger.connection !== event.connection) {
    const what = `${event.connection} ${event.event}`;
    throw new ConnectorError(
      `the flow '${flow.id}' is not for events of ${event.connection}: this is ${what}`,
      {
        kind: 'input',
        hint: 'Give its input as JSON in place of an event.',
      },
    );
  }
  return triggerValue(event, undefined);
}

/**
 * What a person gave, as the expressions of the flow expect it.
 * @throws ConnectorError of kind `input` when it does not fit the schema of the flow
 */
export function triggerOfInput(flow: CompiledFlow, input: unknown, now: number): TriggerValue {
  const { connection, event, schedule, input: schema } = flow.definition.trigger;
  const at = new Date(now).toISOString();
  if (event !== undefined) {
    const meta = { id: 'by a person', connection, event, account: null, received_at: at, happened_at: null };
    return { ...meta, body: input ?? {} };
  }
  if (schedule !== undefined) return { schedule, scheduled_at: at };
  const faults = schema ? createCheck(schema, {}, 'input').faults(input ?? {}) : [];
  if (faults.length === 0) return { input: input ?? {} };
  const fields = faults.map(({ path, message }) => ({
    field: path.map(String).join('.') || '(input)',
    message,
  }));
  const said = fields.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw new ConnectorError(`the input does not fit the flow '${flow.id}': ${said}`, {
    kind: 'input',
    fields,
    hint: `Its schema stands in the trigger: trunkline flows show ${flow.id}`,
  });
}
