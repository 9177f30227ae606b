import { exportOpenApi, refuseSecrets } from '../../openapi/export-openapi.ts';
import { exportPowerPlatform } from '../../openapi/export-power-platform.ts';
import { exportZoomConnect } from '../../openapi/export-zoom-connect.ts';
import { findAction } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Session } from '../../http/session.ts';
import { operationsOf } from '../../openapi/overlay.ts';
import type { ValueLink } from '../../core/value-link.ts';
import type { ConnectorTable, TestRow } from '../../store/connectors.ts';
import { addOperation, diffVersions, editConnector, linkInput, listVersions, rollback } from './changes.ts';
import { draftOf, noConnector, type Draft } from './draft.ts';
import type { ConnectHouse } from './house.ts';

export { houseOf } from './house-of.ts';

import { importConnector } from './imports.ts';
import { fixedList, pointerTo, type Options } from './options.ts';
import { publishConnector } from './publishing.ts';
import { pullAnswer } from './pulling.ts';
import { openStage } from './test-call.ts';
import { countTests, resultsOf, testConnector } from './testing.ts';
import type { BuiltConnector, BuiltDetail, Connect, ExportOutcome, ExportRequest } from './types.ts';

/** Everything that can be done with built connectors, in the store of this process. */
export function connectOf(house: ConnectHouse, options: Options): Connect {
  const { table } = house;
  return {
    list: async () => {
      const rows = await table.list();
      return Promise.all(rows.map(async ({ id }) => viewOf(await draftOf(table, id), await table.tests(id))));
    },
    show: async (id, version) => detailOf(await draftOf(table, id, version), await table.tests(id)),
    importDocument: (request) => importConnector(house, request),
    add: (id, order) => addOperation(house, id, order),
    edit: (id, orders, note) => editConnector(house, id, orders, note),
    link: (id, action, input, link) => linkInput(house, id, action, input, link),
    versions: (id) => listVersions(house, id),
    diff: (id, from, to) => diffVersions(house, id, from, to),
    rollback: (id, version) => rollback(house, id, version),
    test: (id, request) => testConnector(house, options, id, request),
    pull: (id, action, request) => pullAnswer(house, options, id, action, request),
    options: async (id, name, input, request) => {
      const link = await fixedLink(table, id, name, input);
      if (link) return fixedList(link, request);
      const session = await sessionFor(house, id, request.connection);
      const action = findAction(session.connector, name);
      if (!action)
        throw new ConnectorError(`${id} has no action ${name}`, {
          kind: 'not-found',
          hint: `See trunkline actions ${id}`,
        });
      return options.list(session, action, input, request);
    },
    publish: (id, request) => publishConnector(house, id, request),
    export: async (id, request) => exportDraft(await draftOf(table, id), request),
    remove: async (id) => {
      const used = (await house.connections()).filter(({ connector }) => connector === id);
      if (used.length > 0) {
        throw new ConnectorError(`'${id}' has connections: ${used.map(({ name }) => name).join(', ')}`, {
          kind: 'input',
          hint: 'Remove those first: trunkline connections remove <name>',
        });
      }
      if (!(await table.remove(id))) throw noConnector(id);
      house.changed();
    },
  };
}

/** The list of an input that stands in the definition of a built connector. */
async function fixedLink(
  table: ConnectorTable,
  id: string,
  name: string,
  input: string,
): Promise<Extract<ValueLink, { choices: unknown }> | undefined> {
  if (!(await table.get(id))) return undefined;
  const { definition } = await draftOf(table, id);
  const operation = operationsOf(definition).find((one) => one.name === name)?.operation;
  const link = operation?.links?.[pointerTo(input)];
  return link && 'choices' in link ? link : undefined;
}

/** A built connector as it is being built; else the connector of a connection. */
async function sessionFor(
  house: ConnectHouse,
  name: string,
  connection: string | undefined,
): Promise<Session> {
  if (!(await house.table.get(name))) return house.openSession(await house.link(connection ?? name));
  return (await openStage(house, await draftOf(house.table, name), connection, false)).session;
}

function viewOf(draft: Draft, tests: readonly TestRow[]): BuiltConnector {
  const { row, definition } = draft;
  return {
    id: row.id,
    title: definition.title,
    version: row.version,
    published: row.published,
    actions: operationsOf(definition).length,
    source: row.source,
    tests: countTests(resultsOf(draft, tests)),
    updatedAt: new Date(row.updatedAt).toISOString(),
  };
}

function detailOf(draft: Draft, tests: readonly TestRow[]): BuiltDetail {
  const { definition, overlay, faults, row } = draft;
  return {
    ...viewOf(draft, tests),
    definition,
    overlay,
    faults,
    results: resultsOf(draft, tests),
    createdAt: new Date(row.createdAt).toISOString(),
  };
}

function exportDraft({ definition }: Draft, request: ExportRequest): ExportOutcome {
  const { actions, version, baseUrl } = request;
  const chosen = actions === undefined ? {} : { actions };
  switch (request.for) {
    case 'openapi':
      return exportOpenApi(definition, { ...chosen, version: version ?? '3.1' });
    case 'openapi-3.0':
      return exportOpenApi(definition, { ...chosen, version: '3.0' });
    case 'zoom-connect':
      return exportZoomConnect(definition, {
        ...chosen,
        ...(version === undefined ? {} : { version }),
        ...(baseUrl === undefined ? {} : { baseUrl }),
      });
    case 'power-platform':
      return exportPowerPlatform(definition, chosen);
    case 'trunkline':
      refuseSecrets(definition);
      return { document: definition, notes: [] };
  }
}
