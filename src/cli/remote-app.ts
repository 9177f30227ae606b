import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Explanation } from '../activate/explain.ts';
import type { ActivateSummary, Progress } from '../activate/run.ts';
import {
  App,
  realWorld,
  type ActivationRequest,
  type Config,
  type Finding,
  type World,
} from '../app/index.ts';
import type { ConnectorSource } from '../app/connect/known-connectors.ts';
import type { Connect } from '../app/connect/types.ts';
import type { FlowDesk } from '../app/flows/desk.ts';
import type { ExtractionBody } from '../app/extraction-body.ts';
import type { ExtractionPlan, ExtractionReport, ExtractionRequest } from '../app/extraction.ts';
import type { DeliveryFilter, EventFilter, Records, Run, RunFilter } from '../app/records.ts';
import type { BudgetLedger } from '../core/budget.ts';
import type { Hooks } from '../app/hooks/types.ts';
import { ConnectorError } from '../core/errors.ts';
import type { ExtractProgress } from '../extract/request.ts';
import type { Store } from '../store/store.ts';
import { mcpSourceOf, together } from '../app/mcp/source.ts';
import type { McpTable } from '../store/mcp-servers.ts';
import { remoteFlows } from './remote-flows.ts';
import { remoteMcpTable } from './remote-mcp.ts';
import { remoteConnect, remoteSource } from './remote-connect.ts';
import { errorOf, type ApiClient } from './remote.ts';

/** How often it is asked how far a run is, in milliseconds. */
const POLL_MS = 300;

/** A house beside a running server: what needs the database, the server does; the rest happens here. */
export class RemoteApp extends App {
  readonly #client: ApiClient;

  constructor(config: Config, world: World, client: ApiClient) {
    super(config, world);
    this.#client = client;
  }

  override store(): Promise<Store> {
    const { url } = this.#client;
    return Promise.reject(
      new ConnectorError(`the database belongs to the server at ${url}, and this cannot be done through it`, {
        kind: 'config',
        hint: 'End the server for the time being.',
      }),
    );
  }

  /** Calls are made here; the limits are those that the server keeps. */
  override async budgets(): Promise<BudgetLedger> {
    return remoteBudgets(this.#client);
  }

  override async records(): Promise<Records> {
    return remoteRecords(this.#client);
  }

  override async connect(): Promise<Connect> {
    return remoteConnect(this.#client);
  }

  protected override async connectorSource(): Promise<ConnectorSource> {
    return together(remoteSource(this.#client), mcpSourceOf(await this.mcpTable()));
  }

  override async mcpTable(): Promise<McpTable> {
    return remoteMcpTable(this.#client);
  }

  override async flows(): Promise<FlowDesk> {
    return remoteFlows(this.#client);
  }

  override async hooks(): Promise<Hooks> {
    const { remoteHooks } = await import('./remote-hooks.ts');
    return remoteHooks(this.#client);
  }

  override explain(email: string): Promise<Explanation> {
    return this.#client.get(`/explain/${encodeURIComponent(email)}`);
  }

  override doctor(): Promise<Finding[]> {
    return this.#client.get('/doctor');
  }

  override async activate(
    request: ActivationRequest,
    onProgress: (progress: Progress) => void,
  ): Promise<ActivateSummary> {
    const { since, until, ...rest } = request;
    const body = { ...rest, since: isoOf(since), until: isoOf(until) };
    const { id } = await this.#client.post<{ id: string }>('/activations', body);
    try {
      return await this.#follow<ActivateSummary>(id, (progress) => onProgress(progress as Progress));
    } catch (error) {
      if (!(error instanceof ConnectorError)) {
        this.log('warn', `the server goes on with it; to see what comes of it: trunkline runs show ${id}`);
      }
      throw error;
    }
  }

  override async extract(
    request: ExtractionRequest = {},
    onProgress: (progress: ExtractProgress) => void = () => undefined,
  ): Promise<ExtractionReport> {
    const { id } = await this.#client.post<{ id: string }>('/extractions', bodyOf(request));
    const stop = (): void => {
      // It may have ended meanwhile; then there is nothing to stop.
      this.#client.post(`/runs/${id}/stop`).catch(() => undefined);
    };
    if (request.signal?.aborted) stop();
    else request.signal?.addEventListener('abort', stop, { once: true });
    const show = (progress: unknown): void => onProgress(progress as ExtractProgress);
    return this.#follow<ExtractionReport>(id, show, request.signal !== undefined);
  }

  override planExtraction(request: ExtractionRequest = {}): Promise<ExtractionPlan> {
    return this.#client.post('/extractions/plan', bodyOf(request));
  }

  /** What came of a run. */
  async #follow<T>(id: string, onProgress: (progress: unknown) => void, toTheEnd = false): Promise<T> {
    let shown = '';
    for (;;) {
      const run = await this.#client.get<Run>(`/runs/${id}`);
      const text = JSON.stringify(run.progress ?? null);
      if (run.progress !== undefined && text !== shown) onProgress(run.progress);
      shown = text;
      if (run.state !== 'running') return resultOf(run) as T;
      // What is stopped is waited for: it tells what it did.
      await (toTheEnd ? realWorld : this.world).sleep(POLL_MS);
    }
  }
}

function resultOf({ id, state, summary, error }: Run): unknown {
  if (summary !== undefined) return summary;
  if (state === 'lost') {
    throw new ConnectorError(`the server ended in the middle of run ${id}`, {
      kind: 'remote',
      hint: 'What it did is on record; run this again to go on from there.',
    });
  }
  throw errorOf(error);
}

/** A request as it goes over the wire: what the server cannot see from here goes along. */
function bodyOf(request: ExtractionRequest): ExtractionBody {
  const { streams, from, to, mode, select, newColumns, wait, replication, env = {} } = request;
  const { since, until, anchor, cwd = process.cwd() } = request;
  const text = replication && readFileSync(resolve(cwd, replication.file), 'utf8');
  return {
    cwd,
    ...(streams && { streams }),
    ...(from !== undefined && { from }),
    // A target may be the name of a variable, of which the server has another.
    ...(to !== undefined && { to: env[to] ?? to }),
    ...(since !== undefined && { since: isoOf(since) }),
    ...(until !== undefined && { until: isoOf(until) }),
    ...(anchor !== undefined && { anchor: isoOf(anchor) }),
    ...(mode && { mode }),
    ...(select && { select }),
    ...(newColumns && { newColumns }),
    ...(wait && { wait }),
    ...(replication && text !== undefined && { replication: { file: replication.file, text } }),
    ...(text !== undefined && { env: variablesOf(text, env) }),
  };
}

/** The variables that a replication file names. */
function variablesOf(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const names = [...text.matchAll(/\b[A-Z][A-Z0-9_]+\b/g)].map(([name]) => name);
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

function remoteBudgets(client: ApiClient): BudgetLedger {
  interface Answer {
    waitMs?: number;
    granted?: boolean;
    used?: Record<string, number>;
  }
  const use = (body: object): Promise<Answer> => client.post<Answer>('/budgets', body);
  return {
    reserve: async (reservation) => (await use({ operation: 'reserve', ...reservation })).waitMs ?? 0,
    spend: async (key, n, limit) => (await use({ operation: 'spend', key, n, limit })).granted === true,
    block: async (key, ms) => void (await use({ operation: 'block', key, ms })),
    blockedFor: async (key) => (await use({ operation: 'blockedFor', key })).waitMs ?? 0,
    usedToday: async (prefix) => (await use({ operation: 'usedToday', prefix })).used ?? {},
  };
}

function remoteRecords(client: ApiClient): Records {
  return {
    status: () => client.get('/status'),
    runs: (filter, limit) => client.get('/runs', { ...plainTimes(filter), limit }),
    run: (id) => client.get(`/runs/${encodeURIComponent(id)}`),
    stopRun: async (id) => void (await client.post(`/runs/${encodeURIComponent(id)}/stop`)),
    events: (filter, limit) => client.get('/events', { ...plainTimes(filter), limit }),
    event: (id) => client.get(`/events/${encodeURIComponent(id)}`),
    replay: async (filter) =>
      (await client.post<{ replayed: number }>('/events/replay', plainTimes(filter))).replayed,
    deliveries: (filter, limit) => client.get('/deliveries', { ...plainTimes(filter), limit }),
    delivery: (id) => client.get(`/deliveries/${encodeURIComponent(id)}`),
    retry: (filter) => {
      const conditions = plainTimes(filter);
      return client.post(
        '/deliveries/retry',
        Object.keys(conditions).length > 0 ? conditions : { all: true },
      );
    },
  };
}

/** A filter with its times in ISO. */
function plainTimes<T extends RunFilter | DeliveryFilter | EventFilter>(
  filter: T,
): Omit<T, 'since' | 'until' | 'ids'> & { since?: string; until?: string; ids?: never } {
  const { since, until, ...rest } = filter as EventFilter;
  return {
    ...rest,
    ...(since !== undefined && { since: isoOf(since) }),
    ...(until !== undefined && { until: isoOf(until) }),
  } as never;
}
