import type { Call } from '../core/call.ts';
import { ConnectorError } from '../core/errors.ts';
import { mayFollow, mayVisit, type Link } from '../core/link.ts';
import { readText } from './body.ts';
import type { Exchange } from './exchange.ts';
import { transportFailure, type Place } from './failure.ts';
import { toWire } from './request.ts';
import { backoff, MAX_TRIES } from './retry.ts';
import type { HttpDeps } from './session.ts';

/** What reading a link needs of the session that it belongs to. */
export interface Line {
  deps: HttpDeps;
  exchange: Exchange;
  place: Place;
  /** The call with its proof; waits for the budget too. */
  admit(call: Call): Promise<Call>;
  /** The proof was refused; true when sending again with another makes sense. */
  renew(error: ConnectorError, refused: Call): boolean;
}

/** Bytes of a file and where in it they begin. */
export interface Piece {
  at: number;
  /** Good until the next piece is asked for, which may come to lie in the same memory. */
  bytes: Uint8Array;
}

/**
 * Bytes read at a time, always into the same memory. Left to itself a body hands out a new buffer for each of its
 * pieces, and Node lets up to 90 MB of them lie about before it looks. Small steps make it look sooner: memory grows
 * by 20 to 50 MB with 8 KB and by up to 70 MB with 16 KB, whatever the size of the file. 90 MB/s go through on one core.
 */
const BUFFER_BYTES = 8_192;

/** Redirects that are followed in a row; browsers take 20, storage needs 1 or 2. */
const MAX_HOPS = 5;

/** Reads the file behind a link; a body that breaks is gone on with where it broke. */
export class LinkReader {
  /** Of the whole file; undefined as long as nobody has said it. */
  size: number | undefined;
  contentType: string | undefined;
  /** Strong tag of this version of the file: `If-Range` takes no weak one (RFC 9110, 13.1.5). */
  etag: string | undefined;
  /** Goes up when the file turns out to be another than the one that was begun. */
  version = 0;
  readonly #line: Line;
  readonly #call: Call;
  readonly #link: Link;
  readonly #signal: AbortSignal | undefined;

  constructor(line: Line, call: Call, link: Link, etag?: string, signal?: AbortSignal) {
    const { range: _, 'if-range': __, ...headers } = call.headers ?? {};
    this.#line = line;
    this.#call = { ...call, headers: { ...headers, 'accept-encoding': 'identity' } };
    this.#link = link;
    this.#signal = signal;
    this.etag = etag;
  }

  /** The file from a place on. When the rest alone cannot be had, it begins again at 0. */
  async *pieces(from: number): AsyncGenerator<Piece> {
    let at = from;
    let furthest = from;
    let failures = 0;
    let renewed = false;
    for (;;) {
      const abort = new AbortController();
      let sent: Call | undefined;
      try {
        sent = await this.#line.admit(this.#call);
        const opened = await this.#open(sent, at, abort);
        at = opened.at;
        for await (const bytes of this.#chunks(opened.response, abort)) {
          yield { at, bytes };
          at += bytes.length;
        }
        if (this.size === undefined || at === this.size) return;
        throw this.#cut(at);
      } catch (thrown) {
        this.#signal?.throwIfAborted();
        if (!(thrown instanceof ConnectorError)) throw thrown;
        if (!renewed && sent && this.#line.renew(thrown, sent)) {
          renewed = true;
          continue;
        }
        // As long as it gets further, it may break as often as it likes.
        if (at > furthest) failures = 0;
        furthest = Math.max(furthest, at);
        if (thrown.retry === 'never' || ++failures >= MAX_TRIES) throw thrown;
        const { deps, place } = this.#line;
        deps.log('verbose', `${place.action}: broke off at byte ${at}, goes on`, { error: thrown });
        await deps.sleep(backoff(thrown, failures, deps.random));
      } finally {
        abort.abort();
      }
    }
  }

  /** Asks for the file from a place on, and follows to where it is. */
  async #open(call: Call, at: number, abort: AbortController): Promise<{ response: Response; at: number }> {
    const response = await this.#follow(call, at, abort);
    const { status, headers } = response;
    if (status === 416) {
      const whole = Number(/^bytes \*\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] ?? Number.NaN);
      this.size = Number.isNaN(whole) ? undefined : whole;
      // Nothing is left: what is there is the file. Anything else is no part of it.
      if (whole === at) return { response: new Response(null), at };
      return at === 0 ? Promise.reject(this.#cut(at)) : this.#open(call, 0, abort);
    }
    if (!response.ok) throw await this.#failure(response);
    const [, first, whole] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    const begins = status === 206 ? Number(first ?? 0) : 0;
    const changed = this.#note(response, status === 206 ? whole : headers.get('content-length'));
    // Bytes of two versions, or with a hole between them, are no file.
    if (begins > at || (begins > 0 && changed)) return this.#open(call, 0, abort);
    return { response, at: begins };
  }

  /** Keeps what an answer says of the file; true when it is another file than before. */
  #note({ headers }: Response, length: string | null | undefined): boolean {
    const tag = headers.get('etag') ?? undefined;
    const etag = tag?.startsWith('W/') ? undefined : tag;
    const encoded = (headers.get('content-encoding') ?? 'identity') !== 'identity';
    const size = encoded ? Number.NaN : Number(length ?? Number.NaN);
    // The tag names the version; the length stands in for it only where there is none.
    const tagged = this.etag !== undefined && etag !== undefined;
    const longer = this.size !== undefined && !Number.isNaN(size) && size !== this.size;
    const changed = tagged ? etag !== this.etag : longer;
    if (changed) this.version++;
    this.etag = etag ?? this.etag;
    this.size = Number.isNaN(size) ? undefined : size;
    this.contentType = headers.get('content-type') ?? undefined;
    return changed;
  }

  async #follow(call: Call, at: number, abort: AbortController): Promise<Response> {
    const { deps, exchange, place } = this.#line;
    const servers = Object.values(exchange.servers());
    if (!mayFollow(this.#link, servers)) throw this.#refused(this.#link.url, 'input');
    const { headers } = toWire(call, '', deps.userAgent);
    if (at > 0) {
      headers['range'] = `bytes=${at}-`;
      if (this.etag !== undefined) headers['if-range'] = this.etag;
    }
    let { url } = this.#link;
    let ours = true;
    for (let hop = 0; hop <= MAX_HOPS; hop++) {
      const response = await this.#fetch(url, ours ? headers : withoutProof(headers), abort);
      if (![301, 302, 303, 307, 308].includes(response.status)) return response;
      await response.body?.cancel();
      const next = URL.parse(response.headers.get('location') ?? '', url)?.href ?? '';
      // Once it has been left behind, the token stays behind: whoever redirects back may have chosen the address.
      ours &&= mayFollow({ ...this.#link, url: next }, servers);
      if (!ours && !mayVisit(next, url)) throw this.#refused(next, 'contract');
      url = next;
    }
    throw new ConnectorError(`${place.title} redirected ${place.action} more than ${MAX_HOPS} times`, {
      kind: 'contract',
      connector: place.connector,
      action: place.action,
      hint: 'Ask for a new address of the file.',
    });
  }

  async #fetch(url: string, headers: Record<string, string>, abort: AbortController): Promise<Response> {
    const { deps, place } = this.#line;
    const timeoutMs = this.#call.timeoutMs ?? deps.timeoutMs;
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    const signal = this.#signal ? AbortSignal.any([abort.signal, this.#signal]) : abort.signal;
    try {
      return await deps.fetch(url, { method: 'GET', headers, signal, redirect: 'manual' });
    } catch (cause) {
      throw transportFailure(place, cause, abort.signal.aborted, timeoutMs);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The body, chunk by chunk. Only the other side is timed: who reads may take as long as it takes. */
  async *#chunks({ body }: Response, abort: AbortController): AsyncGenerator<Uint8Array> {
    const { deps, place } = this.#line;
    if (!body) return;
    const read = readerOf(body);
    for (;;) {
      const timer = setTimeout(() => abort.abort(), deps.timeoutMs);
      let chunk: Uint8Array | undefined;
      try {
        chunk = await read();
      } catch (cause) {
        throw transportFailure(place, cause, abort.signal.aborted, deps.timeoutMs);
      } finally {
        clearTimeout(timer);
      }
      if (!chunk) return;
      yield chunk;
    }
  }

  async #failure(response: Response): Promise<ConnectorError> {
    const { exchange, place } = this.#line;
    const text = await readText(response).catch(() => '');
    return exchange.failure(place, response, text);
  }

  #cut(at: number): ConnectorError {
    const { place } = this.#line;
    return new ConnectorError(
      `${place.title} ended ${place.action} at byte ${at} of ${this.size ?? 'an unknown number'}`,
      {
        kind: 'remote',
        retry: 'later',
        connector: place.connector,
        action: place.action,
        hint: 'Run it again: it goes on where it stopped.',
      },
    );
  }

  #refused(url: string, kind: 'input' | 'contract'): ConnectorError {
    const { place } = this.#line;
    const host = URL.parse(url)?.host ?? '';
    return new ConnectorError(
      kind === 'input'
        ? `${place.action} must not send a token of ${place.title} to '${host}'`
        : `${place.title} redirected ${place.action} to '${host}', where it must not go`,
      {
        kind,
        connector: place.connector,
        action: place.action,
        hint: `Addresses must be https and below ${this.#link.hosts.join(', ')}; files may be redirected to public hosts.`,
      },
    );
  }
}

/** Reads on with each call; undefined at the end. */
function readerOf(body: ReadableStream<Uint8Array>): () => Promise<Uint8Array | undefined> {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = body.getReader({ mode: 'byob' });
  } catch {
    // Not every stream can fill memory of ours; one that a program made itself often cannot.
    const plain = body.getReader();
    return async () => (await plain.read()).value;
  }
  let memory = new ArrayBuffer(BUFFER_BYTES);
  return async () => {
    const { value, done } = await reader.read(new Uint8Array(memory));
    if (done) return undefined;
    // It moved: what we handed in is no longer ours, what came back is.
    memory = value.buffer;
    return value;
  };
}

/** What may be shown to anybody. */
const PUBLIC = new Set(['accept', 'accept-encoding', 'user-agent', 'range', 'if-range']);

function withoutProof(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => PUBLIC.has(name)));
}
