import type { Connect } from '../app/connect/types.ts';
import type { ConnectorSource } from '../app/connect/known-connectors.ts';
import type { ApiClient } from './remote.ts';

/** What a server waits for at most in one test, in milliseconds. */
const TEST_MS = 240_000;

/** Building connectors, by the server that owns the database. */
export function remoteConnect(client: ApiClient): Connect {
  return {
    list: () => client.get('/built-connectors'),
    show: (id, version) => client.get(at(id, '/build'), { version }),
    importDocument: (request) => client.post('/connectors/import', request),
    add: (id, order) => client.post(at(id, '/add'), order),
    edit: (id, edits, note) => client.post(at(id, '/edits'), { edits, note }),
    link: (id, action, input, link) => client.post(at(id, '/links'), { action, input, link }),
    versions: (id) => client.get(at(id, '/versions')),
    diff: (id, from, to) => client.get(at(id, '/diff'), { from, to }),
    rollback: (id, version) => client.post(at(id, '/rollback'), { version }),
    test: (id, { timeoutMs, ...request }) =>
      client.post(at(id, '/test'), { ...request, timeoutMs: Math.min(timeoutMs ?? TEST_MS, TEST_MS) }),
    pull: (id, action, request) => client.post(at(id, '/pull'), { action, ...request }),
    options: (id, action, input, { given, ...query }) =>
      client.get(
        at(
          id,
          `/actions/${encodeURIComponent(action)}/options/${encodeURIComponent(input.replace(/^\//, '').replaceAll('/', '.'))}`,
        ),
        { ...query, given: given && JSON.stringify(given) },
      ),
    publish: (id, request) => client.post(at(id, '/publish'), request),
    export: (id, request) => client.post(at(id, '/export'), request),
    remove: async (id) => void (await client.delete(at(id))),
  };
}

/** The definitions that are in use, as the server knows them. */
export function remoteSource(client: ApiClient): ConnectorSource {
  return {
    revisions: () => client.get('/built-connectors/revisions'),
    definition: (id) => client.get(`/connectors/${encodeURIComponent(id)}/definition`),
  };
}

function at(id: string, rest = ''): string {
  return `/connectors/${encodeURIComponent(id)}${rest}`;
}
