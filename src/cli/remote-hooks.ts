import type { Hooks } from '../app/hooks/types.ts';
import type { ApiClient } from './remote.ts';

function at(name: string, what = ''): string {
  return `/hooks/${encodeURIComponent(name)}${what}`;
}

/** The hooks of the server that runs beside us. */
export function remoteHooks(client: ApiClient): Hooks {
  return {
    list: () => client.get('/hooks'),
    show: (name) => client.get(at(name)),
    add: (request) => client.post('/hooks', request),
    enable: (name) => client.post(at(name, '/enable')),
    disable: (name) => client.post(at(name, '/disable')),
    rotate: (name, request) => client.post(at(name, '/rotate'), request),
    remove: (name, force) => client.delete(at(name, force === true ? '?force=true' : '')),
    test: (name, sample = {}) => client.post(at(name, '/test'), sample),
    sweep: () => client.post('/hooks/sweep'),
  };
}
