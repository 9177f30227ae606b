import { compileFlow, type CompiledFlow } from '../../flows/compile.ts';
import { flowSchema, type FlowDefinition } from '../../flows/definition.ts';
import type { App } from '../app.ts';

/** A flow as it is now. */
export interface KnownFlow {
  id: string;
  source: 'file' | 'stored';
  /** As people switched it, else as its definition says. */
  enabled: boolean;
  /** As it was given. */
  written: unknown;
  flow: CompiledFlow;
  updatedAt: number | undefined;
}

const STORED = 'SELECT id, definition, updated_at FROM flows ORDER BY id';
const SWITCHES = 'SELECT flow, enabled FROM flow_switches';

interface StoredRow {
  id: string;
  definition: string;
  updated_at: number;
}

const compiled = new WeakMap<App, Map<string, { text: string; flow: CompiledFlow }>>();

/** All flows: those of the configuration file, then the stored ones. */
export async function knownFlows(app: App): Promise<Map<string, KnownFlow>> {
  const { sql } = await app.store();
  const switches = new Map(
    (await sql<{ flow: string; enabled: number }>(SWITCHES)).map(({ flow, enabled }) => [
      flow,
      enabled === 1,
    ]),
  );
  const known = new Map<string, KnownFlow>();
  const add = (
    id: string,
    source: KnownFlow['source'],
    definition: FlowDefinition,
    rest: Partial<KnownFlow>,
  ) => {
    const enabled = switches.get(id) ?? definition.enabled;
    const flow = compiledOf(app, id, definition);
    known.set(id, { id, source, enabled, written: definition, flow, updatedAt: undefined, ...rest });
  };
  for (const [id, { definition }] of Object.entries(app.config.flows)) add(id, 'file', definition, {});
  for (const row of await sql<StoredRow>(STORED)) {
    // A flow of the file that was added later goes first: its text is what people look at.
    if (known.has(row.id)) continue;
    const written = JSON.parse(row.definition) as unknown;
    const { data } = flowSchema.safeParse(written);
    if (data) add(row.id, 'stored', data, { written, updatedAt: row.updated_at });
    else app.log('warn', `the stored flow '${row.id}' cannot be read by this version`);
  }
  return known;
}

/** Compiled once for each text. */
function compiledOf(app: App, id: string, definition: FlowDefinition): CompiledFlow {
  let all = compiled.get(app);
  if (!all) compiled.set(app, (all = new Map()));
  const text = JSON.stringify(definition);
  const before = all.get(id);
  if (before?.text === text) return before.flow;
  const { flow } = compileFlow(id, definition);
  all.set(id, { text, flow });
  return flow;
}
