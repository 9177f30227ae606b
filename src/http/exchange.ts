import { at, type Answer } from '../core/action.ts';
import type { Call } from '../core/call.ts';
import type { Connection, Connector } from '../core/connector.ts';
import { ConnectorError, type ErrorTable } from '../core/errors.ts';
import type { Redact } from '../core/secret.ts';
import { serversOf } from '../core/server.ts';
import { readAnything } from './any-body.ts';
import { parseJson, readBytes, readText } from './body.ts';
import { brokenAnswer, failureOf, first, transportFailure, type Place } from './failure.ts';
import type { Gate, Turn } from './gate.ts';
import { toWire, type WireRequest } from './request.ts';
import type { HttpDeps } from './session.ts';

/** Characters of a body that are logged. */
const LOGGED = 4000;

/** One request and its answer, with one connection. */
export class Exchange {
  /** Our clock minus the other side's, in milliseconds, as the last token answer showed it. */
  clockSkewMs: number | undefined;
  readonly redact: Redact;
  readonly #connector: Connector;
  readonly #connection: Connection;
  readonly #deps: HttpDeps;

  constructor(connector: Connector, connection: Connection, deps: HttpDeps, redact: Redact) {
    this.#connector = connector;
    this.#connection = connection;
    this.#deps = deps;
    this.redact = redact;
  }

  /**
   * Sends the call once.
   * @throws ConnectorError for every way it can fail
   */
  async run(place: Place, items: string | undefined, call: Call, gate?: Gate, turn?: Turn): Promise<Answer> {
    const { fetch, now, log } = this.#deps;
    const wire = toWire(call, this.server(call), this.#deps.userAgent);
    const timeoutMs = call.timeoutMs ?? this.#deps.timeoutMs;
    const abort = new AbortController();
    let timer = setTimeout(() => abort.abort(), timeoutMs);
    const startedAt = now();
    if (call.debug) this.#show(wire, call);
    let response: Response;
    let text = '';
    let bytes: Uint8Array | undefined;
    const { body } = wire;
    try {
      response = await fetch(wire.url, {
        method: wire.method,
        headers: wire.headers,
        ...(body === undefined ? {} : { body }),
        signal: abort.signal,
        redirect: 'manual',
      });
      turn?.();
      // However long the other side may think: once it has begun to answer, a stalled body ends the exchange soon.
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), this.#deps.timeoutMs);
      if ((call.accept === 'bytes' || call.accept === 'any') && response.ok)
        bytes = await readBytes(response);
      else text = await readText(response);
    } catch (cause) {
      throw transportFailure(place, cause, abort.signal.aborted, timeoutMs);
    } finally {
      clearTimeout(timer);
    }
    if (log.enabled('debug')) {
      log('debug', `${wire.method} ${this.redact(wire.url)} ${response.status} in ${now() - startedAt} ms`);
    }
    await this.learn(response, gate);
    if (call.server !== undefined && call.server !== 'api') this.#noteClock(response, startedAt);
    return this.#read(place, items, call, response, text, bytes);
  }

  /** Takes over what an answer says about limits. */
  async learn(response: Response, gate: Gate | undefined): Promise<void> {
    const report = gate && this.#connector.limits?.(response.headers, response.status);
    if (!report) return;
    gate.learn(report);
    if (report.resetMs !== undefined && report.resetMs > 0) await gate.block(report.resetMs);
  }

  /** The error that a failed answer means. */
  failure(place: Place, response: Response, text: string, body = tryParse(text)): ConnectorError {
    const { errors } = this.#connector;
    return failureOf(errors, place, response, text, body, this.redact, this.#deps.now());
  }

  /** The address that a call's path hangs under. */
  server(call: Call): string {
    const name = call.server ?? 'api';
    const server = this.servers()[name];
    if (server !== undefined) return server;
    throw new ConnectorError(`the connector '${this.#connector.id}' has no server '${name}'`, {
      kind: 'config',
      connector: this.#connector.id,
      hint: `Add '${name}' to the servers of the connector or of the connection.`,
    });
  }

  /** Addresses by name; those of the connection stand for the connector's. */
  servers(): Readonly<Record<string, string>> {
    return serversOf(this.#connector, this.#connection);
  }

  #read(
    place: Place,
    items: string | undefined,
    call: Call,
    response: Response,
    text: string,
    bytes: Uint8Array | undefined,
  ): Answer {
    const { status, headers } = response;
    if (!response.ok) throw this.failure(place, response, text);
    if (bytes && call.accept === 'any') return this.#readAny(place, items, response, bytes);
    if (bytes) return { status, headers, body: bytes };
    if (call.accept === 'text') return { status, headers, body: text };
    if (text === '') return { status, headers, body: undefined };
    let body: unknown;
    try {
      body = parseJson(text);
    } catch (cause) {
      throw brokenAnswer(place, response, this.redact(text.slice(0, 4000)), cause);
    }
    const { errors } = this.#connector;
    if (errors.inSuccess && isDisguisedError(errors, body, items)) {
      throw this.failure(place, response, text, body);
    }
    return { status, headers, body };
  }

  #readAny(place: Place, items: string | undefined, response: Response, bytes: Uint8Array): Answer {
    const { status, headers } = response;
    const read = readAnything(bytes, headers.get('content-type'));
    if ('broken' in read)
      throw brokenAnswer(place, response, this.redact(read.broken.slice(0, 4000)), read.cause);
    const { errors } = this.#connector;
    if (errors.inSuccess && isDisguisedError(errors, read.body, items)) {
      throw this.failure(place, response, new TextDecoder().decode(bytes), read.body);
    }
    return { status, headers, body: read.body };
  }

  /** Writes down a request as it goes out, for who asked for it; our proof is left out whatever it looks like. */
  #show(wire: WireRequest, call: Call): void {
    const { auth } = this.#connector;
    const proof = auth.kind === 'api-key' ? auth.name.toLowerCase() : 'authorization';
    const headers = Object.entries(wire.headers).map(([name, value]) =>
      name === proof || name === 'cookie' ? `${name}: [secret]` : `${name}: ${value}`,
    );
    const parts = call.multipart?.parts.map(({ name, filename, content }) =>
      typeof content === 'string'
        ? `${name}=${content}`
        : `${name}=${filename ?? ''} (${content.length} bytes)`,
    );
    const text = typeof wire.body === 'string' ? wire.body : wire.body && `(${wire.body.length} bytes)`;
    const body = (parts?.join('; ') ?? text ?? '').slice(0, LOGGED);
    const said = [`${wire.method} ${wire.url}`, ...headers, ...(body === '' ? [] : ['', body])];
    this.#deps.log('info', this.redact(said.join('\n')));
  }

  #noteClock(response: Response, startedAt: number): void {
    const theirs = Date.parse(response.headers.get('date') ?? '');
    // The header has whole seconds; the middle of the exchange is the best guess for the moment it was written.
    if (!Number.isNaN(theirs)) this.clockSkewMs = (startedAt + this.#deps.now()) / 2 - (theirs + 500);
  }
}

function tryParse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // An unreadable error body must not hide the status: the caller goes on with the text.
    return undefined;
  }
}

/** An error that comes with HTTP 2xx: a code and a message, and nothing of what was asked for (Zoom FACTS D, trap 1). */
function isDisguisedError(table: ErrorTable, body: unknown, items: string | undefined): boolean {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
  if (first(body, table.code) === undefined || typeof first(body, table.message) !== 'string') return false;
  if (items !== undefined) return at(body, items) === undefined;
  return Object.keys(body).length <= 3;
}
