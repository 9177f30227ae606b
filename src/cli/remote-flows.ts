import type { FlowDesk } from '../app/index.ts';
import type { ApiClient } from './remote.ts';

/** Flows and their runs, by the API of a running server. */
export function remoteFlows(client: ApiClient): FlowDesk {
  return {
    list: () => client.get('/flows'),
    show: (id) => client.get(flow(id)),
    run: (id, order) => client.post(`${flow(id)}/run`, order),
    rehearse: (id, order, withReads) => client.post(`${flow(id)}/dry-run`, { ...order, withReads }),
    enable: async (id, enabled) => void (await client.post(`${flow(id)}/${enabled ? 'enable' : 'disable'}`)),
    save: (id, definition) => client.post(flow(id), definition),
    remove: async (id) => void (await client.delete(flow(id))),
    runs: ({ since, ...filter }, limit) => {
      const from = since === undefined ? {} : { since: new Date(since).toISOString() };
      return client.get('/flow-runs', { ...filter, ...from, limit });
    },
    runById: (id) => client.get(run(id)),
    retry: async (id, order) => void (await client.post(`${run(id)}/retry`, order)),
    stopRun: async (id) => void (await client.post(`${run(id)}/stop`)),
  };
}

function flow(id: string): string {
  return `/flows/${encodeURIComponent(id)}`;
}

function run(id: string): string {
  return `/flow-runs/${encodeURIComponent(id)}`;
}
