/** What a person does with somebody else's API, through one face of Trunkline: the command line, or the HTTP API. */
import type { Outcome } from '../cli/command-line.ts';
import type { ChainStage } from './chain-stage.ts';

type Members = Record<string, unknown>;

export interface Tested {
  ok: number;
  failed: number;
  skipped: number;
  results: { action: string; state: string; message: string }[];
}

export interface Run {
  id: string;
  flow: string;
  state: string;
  output?: Members;
  error?: { message: string; hint?: string };
  items: { step: string; state: string; attempts: number; input: Members; output: Members }[];
}

export type Doubt = { kind: 'again' } | { kind: 'done'; output?: unknown };

/** All of it fails with the message that the face gives. */
export interface Face {
  importDocument(id: string, url: string): Promise<{ state: string; version: number }>;
  connect(id: string, credentials: Record<string, string>): Promise<unknown>;
  addByHand(id: string, action: string, path: string): Promise<unknown>;
  edit(id: string, action: string | undefined, pointer: string, value: unknown): Promise<unknown>;
  link(id: string, action: string, input: string, link: Link): Promise<unknown>;
  options(
    id: string,
    action: string,
    input: string,
    request?: { given?: Members; search?: string },
  ): Promise<{ value: unknown; label: string }[]>;
  test(id: string): Promise<Tested>;
  pull(id: string, action: string): Promise<{ changed: boolean }>;
  publish(id: string, waive: Record<string, string>): Promise<{ version: number; waived: string[] }>;
  call(connection: string, action: string, input: Members): Promise<unknown>;
  addHook(hook: { connection?: string; name?: string; settings?: Members }): Promise<Hook>;
  saveFlow(id: string, flow: Members): Promise<{ problems: unknown[] }>;
  enableFlow(id: string): Promise<unknown>;
  runs(flow: string): Promise<Omit<Run, 'items'>[]>;
  run(id: string): Promise<Run>;
  retry(id: string, doubt: Doubt): Promise<unknown>;
}

export interface Link {
  action: string;
  value?: string;
  label?: string;
  search?: string;
  input?: Record<string, string>;
}

export interface Hook {
  state: string;
  url: string;
  inbox: string;
  secret?: string;
}

const LOOPBACK = '127.0.0.1';

/** By HTTP only. */
export function apiFace({ ask }: ChainStage): Face {
  const ok = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const { status, json } = await ask(method, path, body);
    if (status >= 400) throw new Error(`${path}: ${status} ${JSON.stringify(json)}`);
    return json as T;
  };
  const post = <T>(path: string, body: unknown): Promise<T> => ok('POST', path, body);
  const connector = (id: string): string => `/connectors/${id}`;
  return {
    importDocument: (id, url) => post('/connectors/import', { id, url, allowPrivate: [LOOPBACK] }),
    connect: (id, credentials) =>
      post('/connections', { name: id, connector: id, credentials, allowPrivate: [LOOPBACK] }),
    addByHand: (id, action, path) =>
      post(`${connector(id)}/add`, { action, operation: { title: 'By hand', path } }),
    edit: (id, action, pointer, value) =>
      post(`${connector(id)}/edits`, {
        edits: [{ do: 'set', ...(action === undefined ? {} : { action }), pointer, value }],
      }),
    link: (id, action, input, { value = '/id', ...link }) =>
      post(`${connector(id)}/links`, { action, input, link: { ...link, value } }),
    options: async (id, action, input, { given, search } = {}) => {
      const query = new URLSearchParams({
        ...(given === undefined ? {} : { given: JSON.stringify(given) }),
        ...(search === undefined ? {} : { search }),
      });
      const path = `${connector(id)}/actions/${action}/options/${input}?${query.toString()}`;
      return (await ok<{ options: { value: unknown; label: string }[] }>('GET', path)).options;
    },
    test: (id) => post(`${connector(id)}/test`, {}),
    pull: (id, action) => post(`${connector(id)}/pull`, { action }),
    publish: (id, waive) => post(`${connector(id)}/publish`, { waive }),
    call: async (connection, action, input) =>
      (await post<{ output: unknown }>(`${connector(connection)}/actions/${action}`, { input })).output,
    addHook: (hook) => post('/hooks', hook),
    saveFlow: (id, flow) => post(`/flows/${id}`, flow),
    enableFlow: (id) => ok('POST', `/flows/${id}/enable`),
    runs: (flow) => ok('GET', `/flow-runs?flow=${flow}&limit=100`),
    run: (id) => ok('GET', `/flow-runs/${id}`),
    retry: (id, doubt) => post(`/flow-runs/${id}/retry`, { doubt }),
  };
}

/** By commands only, beside the server. */
export function commandFace(command: (...argv: string[]) => Promise<Outcome>): Face {
  const ok = async <T>(...argv: string[]): Promise<T> => {
    const { code, stdout, stderr } = await command(...argv, '--json');
    const said: unknown = stdout === '' ? undefined : JSON.parse(stdout);
    // A report of tests that failed, or a run that did not end well, is an answer all the same.
    const refused = said === undefined || Object.keys(said as object).join(',') === 'error';
    if (refused || code === 2) throw new Error(`${argv.join(' ')}: ${code} ${stdout}${stderr}`);
    return said as T;
  };
  const flag = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [name, value];
  return {
    importDocument: (id, url) => ok('connectors', 'import', url, '--id', id, '--allow-private', LOOPBACK),
    connect: (id, credentials) => {
      const given = Object.entries(credentials).flatMap(([name, one]) => ['--credential', `${name}=${one}`]);
      return ok('connections', 'add', id, ...given, '--allow-private', LOOPBACK);
    },
    addByHand: (id, action, path) =>
      ok('connectors', 'add', id, action, '--title', 'By hand', '--path', path),
    edit: (id, action, pointer, value) =>
      ok(
        'connectors',
        'edit',
        id,
        ...(action === undefined ? [] : [action]),
        '--set',
        `${pointer}=${JSON.stringify(value)}`,
      ),
    link: (id, action, input, { action: to, value, label, search, input: given = {} }) =>
      ok(
        'connectors',
        'link',
        id,
        action,
        input,
        '--to',
        to,
        ...flag('--value', value),
        ...flag('--label', label),
        ...flag('--search', search),
        ...Object.entries(given).flatMap(([name, one]) => ['--argument', `${name}=${one}`]),
      ),
    options: async (id, action, input, { given = {}, search } = {}) => {
      const chosen = Object.entries(given).flatMap(([name, one]) => ['--given', `${name}=${String(one)}`]);
      const list = await ok<{ options: { value: unknown; label: string }[] }>(
        'connectors',
        'options',
        id,
        action,
        input,
        ...chosen,
        ...flag('--search', search),
      );
      return list.options;
    },
    test: (id) => ok('connectors', 'test', id, '--all'),
    pull: (id, action) => ok('connectors', 'pull', id, action),
    publish: (id, waive) => {
      const given = Object.entries(waive).flatMap(([name, why]) => ['--waive', `${name}=${why}`]);
      return ok('connectors', 'publish', id, ...given);
    },
    call: (connection, action, input) => ok('call', connection, action, '--input', JSON.stringify(input)),
    addHook: ({ connection, name, settings }) =>
      ok(
        'hooks',
        'add',
        ...(name === undefined ? [] : [name]),
        ...flag('--connection', connection),
        ...flag('--settings', settings && JSON.stringify(settings)),
      ),
    saveFlow: (id, flow) => ok('flows', 'save', id, '--input', JSON.stringify(flow)),
    enableFlow: (id) => ok('flows', 'enable', id),
    runs: (flow) => ok('flows', 'runs', flow, '--limit', '100'),
    run: (id) => ok('flows', 'show', id),
    retry: (id, doubt) =>
      ok(
        'flows',
        'retry',
        id,
        `--${doubt.kind}`,
        ...('output' in doubt ? ['--output', JSON.stringify(doubt.output)] : []),
      ),
  };
}
