import { at, type Action } from '../../core/action.ts';
import { findAction } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import { describe, fieldErrors } from '../../core/schema.ts';
import type { Session } from '../../http/session.ts';
import type { Definition, OperationSpec } from '../../openapi/definition.ts';
import { driftOf, type Drift } from '../../openapi/drift.ts';
import { inferSchema } from '../../openapi/infer.ts';
import { sampleInput } from '../../openapi/sample.ts';
import type { Linked } from '../connections.ts';
import { connectorOfDraft, type Draft } from './draft.ts';
import type { ConnectHouse } from './house.ts';
import { mockFetch, mockServers } from './mock-fetch.ts';
import type { Options } from './options.ts';

/** What is called in a test: the connector as it is being built, with a connection or against its own mock. */
export interface Stage {
  /** As it is kept. */
  original: Draft;
  /** As it is called: without proofs against a mock. */
  draft: Draft;
  linked: Linked;
  against: 'vendor' | 'mock';
  session: Session;
  open(definition: Definition): Promise<Session>;
}

/**
 * Gets ready to call a connector as it is being built.
 * @throws ConnectorError of kind `config` when there is no connection for it, or several and none is named
 */
export async function openStage(
  house: ConnectHouse,
  draft: Draft,
  connection: string | undefined,
  mock: boolean,
): Promise<Stage> {
  if (mock) {
    // Proofs are for those whom they prove something to.
    const definition: Definition = withoutAuth(draft.definition);
    const own: Draft = { ...draft, definition };
    const open = async (one: Definition): Promise<Session> => {
      const connector = connectorOfDraft({ definition: withoutAuth(one) });
      return house.openSession(house.nobody(connector, mockServers(definition)), mockFetch(definition));
    };
    const session = await open(definition);
    return {
      original: draft,
      draft: own,
      linked: { connector: session.connector, connection: session.connection },
      against: 'mock',
      session,
      open,
    };
  }
  const name = connection ?? (await onlyConnection(house, draft));
  const linked = await linkTo(house, draft, name);
  const open = (definition: Definition): Promise<Session> =>
    house.openSession({ connector: connectorOfDraft({ definition }), connection: linked.connection });
  return { original: draft, draft, linked, against: 'vendor', session: await open(draft.definition), open };
}

function withoutAuth(definition: Definition): Definition {
  const known = unproven.get(definition);
  if (known) return known;
  const { auths: _, ...rest } = definition;
  const actions = Object.fromEntries(
    Object.entries(definition.actions).map(([area, operations]) => [
      area,
      Object.fromEntries(
        Object.entries(operations).map(([name, { auth: __, ...operation }]) => [name, operation]),
      ),
    ]),
  );
  const made: Definition = { ...rest, actions, auth: { kind: 'none' }, budgets: {} };
  unproven.set(definition, made);
  unproven.set(made, made);
  return made;
}

const unproven = new WeakMap<Definition, Definition>();

async function linkTo(house: ConnectHouse, draft: Draft, name: string): Promise<Linked> {
  const { connector, connection } = await house.link(name);
  if (connector.id === draft.row.id) return { connector, connection };
  throw new ConnectorError(`the connection '${name}' is for ${connector.id}, not for ${draft.row.id}`, {
    kind: 'config',
    hint: `Add one: trunkline connections add ${draft.row.id}`,
  });
}

async function onlyConnection(house: ConnectHouse, { row }: Draft): Promise<string> {
  const names = (await house.connections())
    .filter(({ connector }) => connector === row.id)
    .map(({ name }) => name);
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) return only;
  throw new ConnectorError(
    only === undefined
      ? `there is no connection for '${row.id}' yet`
      : `'${row.id}' has several connections: ${names.join(', ')}`,
    {
      kind: 'config',
      hint:
        only === undefined
          ? `Add one: trunkline connections add ${row.id}\nOr try it without an account: --mock`
          : 'Choose one: --connection <name>',
    },
  );
}

/** What one call of an operation showed. */
export interface Called {
  /** Undefined when it failed. */
  answer: unknown;
  failure: string | undefined;
  ms: number;
  drift: Drift[];
  /** JSON Schema of the answer. */
  shape: unknown;
}

/**
 * Calls an operation once. The answer comes as it is, whatever the definition says of it; how both differ is told, and is
 * a failure where a call would fail for it.
 */
export async function callOnce(
  stage: Stage,
  name: string,
  operation: OperationSpec,
  input: Readonly<Record<string, unknown>>,
  now: () => number,
): Promise<Called> {
  const started = now();
  const { definition } = stage.draft;
  const { auth, ...bare } = operation;
  const called = stage.against === 'mock' || auth === undefined ? bare : { ...bare, auth };
  const [area, key] = splitName(name);
  const { pages: _, ...open } = called;
  const only: Definition = { ...definition, actions: { [area]: { [key]: { ...open, output: {} } } } };
  const done = (more: Partial<Called>): Called => ({
    answer: undefined,
    failure: undefined,
    ms: now() - started,
    drift: [],
    shape: undefined,
    ...more,
  });
  try {
    const session = await stage.open(only);
    const action = findAction(session.connector, name) as Action;
    const answer: unknown = await session.call(action, input, {
      maxWaitMs: 10_000,
      unchecked: true,
    });
    const drift = driftOf(answer, operation.output, definition.$defs);
    return done({
      answer,
      drift,
      shape: inferSchema([answer]),
      failure: mismatch(stage, name, operation, answer),
    });
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return done({ failure: error.hint ? `${error.message} (${error.hint})` : error.message });
  }
}

/** Why a call would fail although an answer came. */
function mismatch(stage: Stage, name: string, operation: OperationSpec, answer: unknown): string | undefined {
  if (operation.pages) {
    if (Array.isArray(at(answer, operation.pages.items))) return undefined;
    return `the answer has no list '${operation.pages.items}', which its pages name`;
  }
  const action = findAction(connectorOfDraft(stage.draft), name);
  const checked = action?.output.safeParse(answer);
  if (!checked || checked.success) return undefined;
  return `the answer is not what the definition says: ${describe(fieldErrors(checked.error))}`;
}

export function splitName(name: string): [area: string, name: string] {
  const dot = name.indexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}

/**
 * An input to try an operation with: its example, else what must be there, made of its schemas. Linked inputs get the
 * first value of their list.
 */
export async function trialInput(
  stage: Stage,
  name: string,
  operation: OperationSpec,
  options: Options,
): Promise<Record<string, unknown>> {
  const action = findAction(stage.session.connector, name) as Action;
  const known = Object.keys(operation.example).length > 0;
  const made: Record<string, unknown> = known ? { ...operation.example } : sampleInput(action);
  for (const pointer of Object.keys(action.links ?? {})) {
    const key = pointer.slice(1);
    // Deeper places are for who gives the input.
    if (key.includes('/') || !(key in made)) continue;
    try {
      const {
        options: [first],
      } = await options.list(stage.session, action, pointer, { given: made, limit: 1 });
      if (first) made[key] = first.value;
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
    }
  }
  return made;
}
