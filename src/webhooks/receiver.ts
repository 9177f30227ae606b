import { ConnectorError } from '../core/errors.ts';
import { type Log, silentLog } from '../core/log.ts';
import type { Secret } from '../core/secret.ts';
import { headerOf, looksAtLine, sameText, type RequestLine } from '../core/signature.ts';
import { asksWithoutBody, meetHandshake } from '../core/handshake.ts';
import { answerChallenge, parseBody, prove, type HeaderMap, type Trigger } from '../core/trigger.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Store } from '../store/store.ts';
import { arrivalOf, type Proof } from './arrival.ts';
import { InboxWriter } from './insert.ts';
import { OutcomeCounts, STATUS, type Outcome, type Refusal } from './outcome.ts';
import type { ReadLimits, SetTimer } from './read-body.ts';
import { RefusalLog } from './refusal-log.ts';

/** A request as it came. Header names are in lower case, as Node gives them. */
export interface ReceivedRequest {
  /** `POST` unless told. */
  method?: string;
  /** Path and query, as they came. */
  target?: string;
  headers: HeaderMap;
  /** The bytes that came, before anything parsed them. */
  body: Uint8Array;
}

/** What to answer. */
export interface ReceiverAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** What it was, for whoever counts or logs. */
  outcome: Outcome;
}

export interface ReceiverLimits {
  /** Bytes of one body; 1 MB unless told. Zoom's are a few kB. */
  bodyBytes?: number;
  /** Milliseconds that a body may take to arrive; 10 s unless told. The sender gives up after 3 (FACTS E). */
  bodyMs?: number;
  /** Requests that may wait for the store at once; 5,000 unless told. More are told to come again. */
  waiting?: number;
  /** Bytes of those; 64 MB unless told. */
  waitingBytes?: number;
  /** How old a signature may be, in seconds; unless told, what the trigger says: 90 minutes for Zoom. */
  windowSeconds?: number;
}

export interface ReceiverOptions {
  trigger: Trigger;
  /** Name of the connection that the events belong to. */
  connection: string;
  /** All that are valid now: several while one is being replaced. Asked for each request. */
  secrets: () => readonly Secret[];
  /**
   * The text in the trigger's token header: where it is sent, it must be this one. With `alone` it is the only one while there is no
   * secret: whoever reads one request can forge all others, so have it only where the sender cannot sign.
   */
  token?: { values: () => readonly Secret[]; alone?: boolean };
  /** Whoever knows the address may send: only for addresses that nobody can guess, and only when somebody chose it. */
  open?: boolean;
  /** Where the sender finds us, such as `https://hooks.example.com`, for systems that sign the address. */
  publicUrl?: string;
  store: Store;
  jobs: Pick<Jobs, 'enqueue' | 'added'>;
  /** Milliseconds since the epoch. */
  now: () => number;
  setTimer: SetTimer;
  /** Events of one lane are handled in the order of arrival; undefined for those that need no order. Pure. */
  laneOf?: (body: unknown) => string | undefined;
  limits?: ReceiverLimits;
  log?: Log;
}

/** Takes webhooks of one connection: proves, keeps, answers. */
export interface Receiver {
  /** Under which name it keeps events. */
  readonly connection: string;
  /** Never throws. The event is durable when an answer of 200 is given. */
  receive(request: ReceivedRequest): Promise<ReceiverAnswer>;
  /** The answer to a request that has no body to look at, or whose body must not be read; undefined when it may be. */
  refuseEarly(method: string | undefined, headers: HeaderMap): ReceiverAnswer | undefined;
  /** The answer to a question that is asked without a body; undefined for everything else. */
  greet(request: Omit<ReceivedRequest, 'body'>): ReceiverAnswer | undefined;
  /** The answer for a body that could not be had. */
  refuse(reason: Refusal, cause?: Error): ReceiverAnswer;
  /** How the body is to be read. */
  readonly reading: ReadLimits;
  /** How often each outcome came since the start. */
  counts(): Readonly<Record<Outcome, number>>;
  /** Deliveries proven with each of the secrets, by its place: an old one that is at rest can be removed. */
  provenBy(): readonly number[];
}

/**
 * Makes a receiver.
 *
 * @throws ConnectorError of kind `config` when a token is demanded of a trigger that has none
 */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { trigger, connection } = options;
  if (options.token && !trigger.token) {
    throw new ConnectorError(`${trigger.title} sends no verification token.`, {
      kind: 'config',
      hint: `Remove the verification token from the connection ${connection}.`,
    });
  }
  return new InboxReceiver(options);
}

type Proven = { ok: true; by: Proof; secret: number } | { ok: false; reason: Refusal };

type Received = Pick<ReceivedRequest, 'headers' | 'body'> & {
  [K in 'method' | 'target']: string | undefined;
};

const METHODS: ReadonlySet<string> = new Set(['POST']);
const HOOK_METHODS: ReadonlySet<string> = new Set(['POST', 'PUT']);

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/i;

class InboxReceiver implements Receiver {
  readonly connection: string;
  readonly reading: ReadLimits;
  readonly #options: ReceiverOptions;
  readonly #trigger: Trigger;
  readonly #writer: InboxWriter;
  readonly #counts = new OutcomeCounts();
  readonly #refusals: RefusalLog;
  readonly #most: { count: number; bytes: number };
  readonly #looksAtLine: boolean;
  #provenBy: number[] = [];
  #lastUs = 0;

  constructor(options: ReceiverOptions) {
    const { trigger, limits = {}, log = silentLog, now, connection } = options;
    const { time } = trigger.verify;
    const windowSeconds = limits.windowSeconds ?? time?.windowSeconds;
    this.#options = options;
    this.connection = connection;
    this.#trigger =
      time && windowSeconds !== undefined && windowSeconds !== time.windowSeconds
        ? { ...trigger, verify: { ...trigger.verify, time: { ...time, windowSeconds } } }
        : trigger;
    this.#looksAtLine = looksAtLine(this.#trigger.verify);
    this.#writer = new InboxWriter(options.store, options.jobs);
    this.#refusals = new RefusalLog(log, now, connection);
    this.#most = { count: limits.waiting ?? 5000, bytes: limits.waitingBytes ?? 64_000_000 };
    this.reading = {
      limit: limits.bodyBytes ?? 1_000_000,
      timeoutMs: limits.bodyMs ?? 10_000,
      setTimer: options.setTimer,
    };
  }

  refuseEarly(method: string | undefined, headers: HeaderMap): ReceiverAnswer | undefined {
    const methods = this.#trigger.byHook === true ? HOOK_METHODS : METHODS;
    if (method !== undefined && !methods.has(method)) return this.refuse('method');
    // Who built a connector says what comes, not what it is called on the way.
    if (this.#trigger.byHook !== true && !JSON_TYPE.test(headerOf(headers, 'content-type') ?? ''))
      return this.refuse('content-type');
    if (Number(headerOf(headers, 'content-length') ?? 0) > this.reading.limit)
      return this.refuse('too-large');
    return undefined;
  }

  refuse(reason: Refusal, cause?: Error): ReceiverAnswer {
    this.#counts.add(reason);
    // Who hangs up is nobody's fault, and often.
    if (reason !== 'aborted') this.#refusals.say(reason, cause);
    return answer(reason, JSON.stringify({ error: reason }), {
      'content-type': 'application/json',
      ...(reason === 'method' ? { allow: this.#trigger.byHook === true ? 'POST, PUT' : 'POST' } : {}),
      ...(STATUS[reason] === 503 ? { 'retry-after': '30' } : {}),
      // The rest of a body that is not wanted is not read: the connection ends with the answer.
      ...(reason === 'too-large' || reason === 'slow' ? { connection: 'close' } : {}),
    });
  }

  greet({ method, target = '', headers }: Omit<ReceivedRequest, 'body'>): ReceiverAnswer | undefined {
    const { handshake } = this.#trigger;
    if (!handshake || !asksWithoutBody(this.#trigger)) return undefined;
    const question = { method, target, headers, body: undefined, provenBy: undefined };
    return this.#meetHandshake(meetHandshake(handshake, this.#secrets(), question));
  }

  async receive({ method, target, headers, body }: ReceivedRequest): Promise<ReceiverAnswer> {
    const greeting = this.greet({ headers, ...(method && { method }), ...(target && { target }) });
    const refused = greeting ?? this.refuseEarly(method, headers);
    if (refused) return refused;
    if (body.byteLength > this.reading.limit) return this.refuse('too-large');
    const secrets = this.#secrets();
    const proof = this.#prove(secrets, { method, target, headers, body });
    const asked = this.#askedInBody({ method, target, headers, body }, secrets, proof);
    if (asked) return asked;
    if (!proof.ok) return this.refuse(proof.reason);
    const text = textOf(body);
    const parsed = parseBody(this.#trigger, text);
    const challenge = answerChallenge(this.#trigger, secrets[proof.secret] ?? '', parsed);
    // With the token alone there is nothing to answer it with.
    if (challenge) return proof.by === 'token' ? this.refuse('no-secret') : this.#meet(challenge);
    const { count, bytes } = this.#writer.backlog;
    if (count >= this.#most.count || bytes >= this.#most.bytes) return this.refuse('overloaded');
    try {
      const request = { headers, body, text, parsed, proof: proof.by };
      const { connection, laneOf } = this.#options;
      const arrival = arrivalOf(this.#trigger, connection, request, laneOf, this.#nextUs());
      const outcome = await this.#writer.add(arrival);
      this.#counts.add(outcome);
      return DONE[outcome];
    } catch (error) {
      return this.refuse('store-failed', error instanceof Error ? error : new Error(String(error)));
    }
  }

  counts(): Readonly<Record<Outcome, number>> {
    return this.#counts.all();
  }

  provenBy(): readonly number[] {
    return [...this.#provenBy];
  }

  #secrets(): string[] {
    return this.#options.secrets().map((secret) => secret.reveal());
  }

  /** The answer to a question that stands in the body; undefined when it is none. */
  #askedInBody(
    { method, target = '', headers, body }: Received,
    secrets: readonly string[],
    proof: Proven,
  ): ReceiverAnswer | undefined {
    const { handshake } = this.#trigger;
    if (handshake?.in !== 'body') return undefined;
    const provenBy = proof.ok ? (secrets[proof.secret] ?? '') : undefined;
    // Without a proof, only what need not be proven is worth reading.
    if (provenBy === undefined && handshake.proven) return undefined;
    const question = { method, target, headers, body: parseBody(this.#trigger, textOf(body)), provenBy };
    return this.#meetHandshake(meetHandshake(handshake, secrets, question));
  }

  #meetHandshake(met: ReturnType<typeof meetHandshake>): ReceiverAnswer | undefined {
    if (met === undefined) return undefined;
    if (met === 'refused') return this.refuse('bad-token');
    this.#counts.add('challenge');
    return answer('challenge', met.body, met.headers);
  }

  #prove(secrets: readonly string[], { method, target, headers, body }: Received): Proven {
    const { token, now, open, publicUrl } = this.#options;
    if (open === true) return { ok: true, by: 'address', secret: -1 };
    const alone = token?.alone === true && secrets.length === 0;
    if (token && !this.#tokenFits(token.values(), headers, alone)) return { ok: false, reason: 'bad-token' };
    if (alone) return { ok: true, by: 'token', secret: -1 };
    const { verify } = this.#trigger;
    const line = this.#looksAtLine ? lineOf(method, target, publicUrl) : undefined;
    const proof = prove(verify, secrets, headers, body, now(), line);
    if (!proof.ok) return proof;
    this.#provenBy[proof.secret] = (this.#provenBy[proof.secret] ?? 0) + 1;
    return { ok: true, by: verify.algorithm === 'none' ? 'value' : 'signature', secret: proof.secret };
  }

  /** What is signed need not have it: Zoom stops sending it. What has another one is refused all the same. */
  #tokenFits(values: readonly Secret[], headers: HeaderMap, demanded: boolean): boolean {
    const given = this.#trigger.token && headerOf(headers, this.#trigger.token.header);
    if (given === undefined || given === '') return !demanded;
    return values.map((value) => sameText(given, value.reveal())).includes(true);
  }

  #meet(challenge: Record<string, string>): ReceiverAnswer {
    this.#counts.add('challenge');
    return answer('challenge', JSON.stringify(challenge), { 'content-type': 'application/json' });
  }

  /** Microseconds since the epoch, never twice the same. */
  #nextUs(): number {
    this.#lastUs = Math.max(this.#lastUs + 1, Math.floor(this.#options.now()) * 1000);
    return this.#lastUs;
  }
}

function answer(outcome: Outcome, body: string, headers: Record<string, string>): ReceiverAnswer {
  return { status: STATUS[outcome], headers, body, outcome };
}

const DONE = { stored: answer('stored', '', {}), duplicate: answer('duplicate', '', {}) };

function lineOf(method = 'POST', target = '', publicUrl = ''): RequestLine {
  return { method, target, url: `${publicUrl.replace(/\/+$/, '')}${target}` };
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}
