import { findAction, listActions, type Connector } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Place } from '../../core/mapping.ts';
import { describe, fieldErrors, toJsonSchema } from '../../core/schema.ts';
import { compileFlow, type CompiledFlow, type CompiledStep } from '../../flows/compile.ts';
import type { FlowDefinition } from '../../flows/definition.ts';
import type { App } from '../app.ts';
import { nearestFew } from '../config/nearest.ts';
import { linkNames } from '../connections.ts';

/** Something wrong in a flow: where, and what. */
export interface FlowFault {
  place: Place;
  message: string;
}

/** Everything that is wrong with a flow as things are now: its expressions, connections, actions and inputs. */
export async function faultsOf(app: App, id: string, definition: FlowDefinition): Promise<FlowFault[]> {
  // Those that people built may have been built by another process.
  await app.loadConnectors();
  const { flow, problems } = compileFlow(id, definition);
  const faults: FlowFault[] = problems.map(({ place, message }) => ({ place, message }));
  for (const [i, step] of flow.steps.entries()) faults.push(...(await stepFaults(app, step, ['steps', i])));
  faults.push(...(await triggerFaults(app, flow)));
  return faults;
}

/** The connector of a connection; undefined when there is none of that name. */
export async function connectorOfConnection(app: App, name: string): Promise<Connector | undefined> {
  const names = [...linkNames(app.config), ...(await app.stored.list()).map((one) => one.name)];
  if (!names.includes(name)) return undefined;
  return app.connector(await app.stored.connectorOf(name));
}

async function triggerFaults(app: App, { definition: { trigger } }: CompiledFlow): Promise<FlowFault[]> {
  const { connection } = trigger;
  // An incoming hook may be made later, and has its own list.
  if (connection === undefined || connection.includes(':')) return [];
  const connector = await found(app, connection);
  const place = ['trigger', 'connection'];
  if (typeof connection === 'string' && typeof connector === 'string') return [{ place, message: connector }];
  return [];
}

async function stepFaults(app: App, step: CompiledStep, place: Place): Promise<FlowFault[]> {
  const { connection, action: name } = step.target;
  const connector = await found(app, connection);
  if (typeof connector === 'string') {
    const at = step.definition.connection === undefined ? 'action' : 'connection';
    return [{ place: [...place, at], message: connector }];
  }
  const action = findAction(connector, name);
  if (!action) {
    const near = nearestFew(
      name,
      listActions(connector).map((one) => one.name),
      3,
    );
    const meant = near.length > 0 ? `; did you mean ${near.join(', ')}?` : '';
    return [{ place: [...place, 'action'], message: `${connection} has no action '${name}'${meant}` }];
  }
  if (step.definition.pages === 'all' && !action.pages) {
    const message = `${name} is not a list that goes on by pages`;
    return [{ place: [...place, 'pages'], message }];
  }
  const given = step.definition.input;
  if (step.input.fixed) {
    const parsed = action.input.safeParse(given);
    if (parsed.success) return [];
    return [{ place: [...place, 'input'], message: describe(fieldErrors(parsed.error)) }];
  }
  const schema = toJsonSchema(action.input, 'input') as {
    properties?: Record<string, unknown>;
    required?: string[];
    additionalProperties?: unknown;
  };
  const known = Object.keys(schema.properties ?? {});
  const strange = Object.keys(given).filter((key) => !known.includes(key));
  const missing = (schema.required ?? []).filter((key) => !Object.hasOwn(given, key));
  return [
    ...(schema.additionalProperties === false ? strange : []).map((key) => {
      const near = nearestFew(key, known, 3);
      const meant = near.length > 0 ? `; did you mean ${near.join(', ')}?` : '';
      return { place: [...place, 'input', key], message: `${name} has no input '${key}'${meant}` };
    }),
    ...missing.map((key) => ({ place: [...place, 'input'], message: `${name} needs the input '${key}'` })),
  ];
}

/** The connector of a connection, or why there is none. */
async function found(app: App, connection: string): Promise<Connector | string> {
  try {
    const connector = await connectorOfConnection(app, connection);
    if (connector) return connector;
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return error.message;
  }
  return `there is no connection '${connection}'`;
}
