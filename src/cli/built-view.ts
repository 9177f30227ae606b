import type { App } from '../app/index.ts';
import type { BuiltConnector, BuiltDetail } from '../app/connect/types.ts';
import { editFaults, testTable, testText, versionText } from './connector-report.ts';
import type { Terminal } from './terminal.ts';

/** The built connectors by id; opens nothing where nobody ever built one. */
export async function builtFacts(app: App): Promise<Map<string, BuiltConnector>> {
  await app.loadConnectors();
  // What could not be looked at has been said.
  if (!app.connectors().some(({ guarded }) => guarded === true)) return new Map();
  const built = await app.builtSource(async () => (await app.connect()).list(), []);
  return new Map(built.map((one) => [one.id, one]));
}

/** What stands of a built connector below what every connector has. */
export function builtLines(
  terminal: Terminal,
  built: BuiltDetail,
  line: (title: string, text: string) => string,
): string[] {
  const { source, tests, faults, results } = built;
  const came =
    source.kind === 'hand' ? 'made by hand' : `${source.name} (${Math.ceil(source.bytes / 1000)} kB)`;
  const edits = editFaults(terminal, faults);
  return [
    line('Version', versionText(built)),
    line('Made from', came),
    line('Tests', testText(tests)),
    ...(edits === '' ? [] : ['', edits]),
    ...(results.length === 0 ? [] : ['', testTable(terminal, results)]),
  ];
}
