import { ResourceNotFoundError, type McpServer } from '@modelcontextprotocol/server';
import { ConnectorError } from '../core/errors.ts';
import { toJsonSchema } from '../core/schema.ts';
import { offeredConnector } from './offer.ts';
import type { ToolContext } from './own-tool.ts';
import { cursorTo, placeOf, shortened } from './pieces.ts';

/** Resources of one page of the list. */
const PAGE = 50;
/** Runs that are listed. */
const RUNS = 20;

interface Listed {
  uri: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
}

/** Reports of runs, and what is known of the streams of the connected systems. */
export function addResources(wire: McpServer['server'], context: ToolContext): void {
  wire.setRequestHandler('resources/list', async ({ params }) => {
    const all = [...(await runs(context)), ...(await streams(context))];
    const { offset } = placeOf('resources', params?.cursor);
    const next = offset + PAGE;
    return {
      resources: all.slice(offset, next),
      ...(next < all.length ? { nextCursor: cursorTo('resources', { offset: next }) } : {}),
    };
  });
  wire.setRequestHandler('resources/templates/list', () => ({
    resourceTemplates: [
      {
        uriTemplate: 'trunkline://runs/{id}',
        name: 'run',
        title: 'Report of a run',
        description: 'What an activation or extraction was asked for, and what came of it.',
        mimeType: 'application/json',
      },
      {
        uriTemplate: 'trunkline://streams/{connection}/{stream}',
        name: 'stream',
        title: 'A stream of rows',
        description: 'Columns, key and scopes of a stream that can be brought into a database.',
        mimeType: 'application/json',
      },
    ],
  }));
  wire.setRequestHandler('resources/read', async ({ params }) => {
    const { uri } = params;
    const value = await read(context, uri);
    const text = context.app.redact(JSON.stringify(shortened(value), null, 1));
    return { contents: [{ uri, mimeType: 'application/json', text }] };
  });
}

async function runs({ app }: ToolContext): Promise<Listed[]> {
  const lines = await (await app.records()).runs({}, RUNS);
  return lines.map(({ id, kind, state, startedAt }) => ({
    uri: `trunkline://runs/${id}`,
    name: `${kind} of ${startedAt}`,
    title: `${kind} of ${startedAt}: ${state}`,
    description: `Report of the ${kind} that began at ${startedAt}.`,
    mimeType: 'application/json',
  }));
}

async function streams({ app, offer }: ToolContext): Promise<Listed[]> {
  const listed: Listed[] = [];
  for (const connection of offer.connections) {
    const connector = await offeredConnector(app, offer, connection);
    for (const stream of Object.values(connector.streams ?? {})) {
      listed.push({
        uri: `trunkline://streams/${encodeURIComponent(connection)}/${encodeURIComponent(stream.name)}`,
        name: `${connection} ${stream.name}`,
        title: stream.title,
        description: `Columns and key of the stream ${stream.name} of ${connector.title}.`,
        mimeType: 'application/json',
      });
    }
  }
  return listed;
}

async function read({ app, offer }: ToolContext, uri: string): Promise<unknown> {
  const [, place, rest] = /^trunkline:\/\/(runs|streams)\/(.+)$/.exec(uri) ?? [];
  try {
    if (place === 'runs' && rest !== undefined) return await (await app.records()).run(rest);
    const [connection = '', name = ''] = (rest ?? '').split('/').map(decodeURIComponent);
    const connector = place === 'streams' ? await offeredConnector(app, offer, connection) : undefined;
    const stream = Object.values(connector?.streams ?? {}).find((one) => one.name === name);
    if (!stream) throw new ResourceNotFoundError(uri);
    const { title, path, primaryKey, cursor, scopes, docs, row } = stream;
    return {
      name,
      title,
      path,
      primaryKey,
      cursor,
      scopes,
      docs,
      columns: toJsonSchema(row, 'output')['properties'],
    };
  } catch (error) {
    if (error instanceof ConnectorError) throw new ResourceNotFoundError(uri);
    throw error;
  }
}
