/**
 * The words that the parts of the sandbox share.
 *
 * The sandbox stands in for Zoom, Brevo and two APIs of others over real HTTP. It imports nothing of Trunkline's other rooms, so that
 * it can disagree with them.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from './clock.ts';

/** One request as it came over the wire, below a simulator's mount point. */
export interface SandboxRequest {
  method: string;
  /** Path below the mount point, still percent-encoded: Zoom's UUID rule depends on it. Begins with `/`. */
  rawPath: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface SandboxAnswer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is (broken JSON, HTML pages, files); `headers` must name the content type. */
  raw?: string | Buffer;
  /** Sent piece by piece instead: files that nobody shall hold in memory. */
  stream?: ByteStream;
  /** Official operation, such as `GET /users/{userId}`; counted in `stats`. */
  operation?: string;
  /** The budget it was charged to, such as `medium` or `contacts`; counted in `stats`. */
  label?: string;
  /** What else is counted in `stats`, such as `refreshes`. */
  tally?: string;
}

/** Bytes of a known number. */
export interface ByteStream {
  length: number;
  chunks: Iterable<Buffer>;
}

/** A simulated system. `handle` has taken full effect when its promise resolves: faults are added outside. */
export interface Simulator {
  handle(request: SandboxRequest): Promise<SandboxAnswer>;
  /** Which operation a request addresses, without effect: faults choose by it. Undefined: no such operation. */
  operationOf(request: SandboxRequest): string | undefined;
  /** The vendor's own 429 answer, for storms on demand. */
  tooManyRequests(request: SandboxRequest): SandboxAnswer;
  /** The vendor's own answer to a page token that is too old, where there are page tokens. */
  expiredToken?(request: SandboxRequest): SandboxAnswer;
  /** The vendor's own 500 answer. */
  serverError(request: SandboxRequest): SandboxAnswer;
  /** Back to the state at start. */
  reset(): void;
}

export type Plan = 'free' | 'pro' | 'business' | 'unlimited';

export interface SandboxOptions {
  seed: number;
  /** Zoom users of the account. */
  users: number;
  /** Past meeting instances per user. */
  meetings: number;
  /** Average of different people in one instance. */
  participants: number;
  /** Past webinars of the whole account. */
  webinars: number;
  /** Zoom's limits. `unlimited` also lifts Brevo's. */
  plan: Plan;
  /** How the second is counted: both shapes are possible at Zoom (FACTS section D leaves it open). */
  window: 'fixed' | 'sliding';
  /** Milliseconds added to every answer. */
  latency: number;
  port: number;
  /** Milliseconds until a Brevo write shows in reads. */
  readLag: number;
  /** Milliseconds that a Brevo import process takes. */
  importDelay: number;
  /** Every person appears in exactly one instance, so that counts are known beforehand. */
  distinct: boolean;
  /** Days that the schedule runs ahead of the clock: meetings of the days to come end as the clock goes on. */
  ahead: number;
}

/** What the simulators are given. */
export interface SandboxContext {
  options: SandboxOptions;
  clock: Clock;
}
