import type { App, ServerAddress } from '../app/index.ts';
import { ConnectorError, type ErrorDetails, type ErrorKind } from '../core/errors.ts';
import type { RemoteApp } from './remote-app.ts';

/** A server that does not say that it lives within this is taken for dead, in milliseconds. */
const HELLO_MS = 3000;

/**
 * The house that a command works with: the one given, or, while a server owns its database, one of which everything
 * that needs the database is done by that server. Commands need not know.
 * @throws ConnectorError of kind `config` when the owner of the database does not answer
 */
export async function attached(app: App): Promise<App | RemoteApp> {
  const { serverOf } = await import('../app/server-access.ts');
  const server = serverOf(app.config);
  if (!server) return app;
  // Not the world of the command, which ends when the person interrupts it: the server is told of that.
  const { realWorld } = await import('../app/world.ts');
  const client = new ApiClient(server, realWorld.fetch);
  if (await client.answers()) {
    const { RemoteApp } = await import('./remote-app.ts');
    return new RemoteApp(app.config, app.world, client);
  }
  await refuseSilentOwner(app, server);
  return app;
}

/** A server that was killed leaves its address behind; then the database is free. */
async function refuseSilentOwner(app: App, { url, pid }: ServerAddress): Promise<void> {
  try {
    await app.store();
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.code !== 'owned') throw error;
    throw new ConnectorError(`the server at ${url} (process ${pid}) owns the database and does not answer`, {
      kind: 'config',
      code: 'owned',
      hint: `Look into its log. End it with kill ${pid}, or kill -9 ${pid} when that does not help, and run this again.`,
      cause: error,
    });
  }
}

/** Asks the API of a running server. */
export class ApiClient {
  readonly url: string;
  readonly #token: string;
  readonly #send: typeof fetch;

  constructor({ url, token }: ServerAddress, send: typeof fetch) {
    this.url = url;
    this.#token = token;
    this.#send = send;
  }

  /** Whether the server is there and takes the token; one that took its port since does not. */
  async answers(): Promise<boolean> {
    try {
      const response = await this.#request('GET', '/status', undefined, HELLO_MS);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }

  get<T>(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<T> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(
      given.map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
    return this.#ask<T>('GET', search === '' ? path : `${path}?${search}`);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#ask<T>('POST', path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.#ask<T>('DELETE', path);
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    let response: Response;
    try {
      response = await this.#request(method, path, body);
    } catch (cause) {
      throw new ConnectorError(`the server at ${this.url} does not answer any more`, {
        kind: 'network',
        hint: 'Look into its log, and run this again when it is back.',
        cause,
      });
    }
    const text = await response.text();
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    if (response.ok) return answer as T;
    throw errorOf(answer);
  }

  #request(method: string, path: string, body?: unknown, timeoutMs?: number): Promise<Response> {
    return this.#send(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }),
      redirect: 'error',
    });
  }
}

/** A failure that the server told of, as if it had happened here. */
export function errorOf(answer: unknown): ConnectorError {
  const { detail, message, kind, hint, remote, ...rest } = (answer ?? {}) as Partial<ErrorDetails> & {
    detail?: string;
    message?: string;
    remote?: { status?: number; code?: string; requestId?: string };
  };
  // Whether the input was wrong here or there decides about the exit code.
  const { status, code, requestId } = remote ?? {};
  const { fields, connector, action, retry, outcome } = rest;
  return new ConnectorError(detail ?? message ?? 'the server failed', {
    kind: kindOf(kind),
    ...(hint === undefined ? {} : { hint }),
    ...(retry === undefined ? {} : { retry }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(connector === undefined ? {} : { connector }),
    ...(action === undefined ? {} : { action }),
    ...(fields === undefined ? {} : { fields }),
    ...(status === undefined ? {} : { status }),
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

function kindOf(kind: string | undefined): ErrorKind {
  if (kind === 'busy') return 'rate';
  return KINDS.has(kind ?? '') ? (kind as ErrorKind) : 'remote';
}

const KINDS = new Set(
  'auth scope plan input not-found rate quota remote network timeout contract config'.split(' '),
);
