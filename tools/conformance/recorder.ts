import type { Findings } from './finding.ts';
import { checkAnswer } from './answer-check.ts';
import type { Operation } from './openapi.ts';
import type { Reference } from './reference.ts';
import { below, checkRequest } from './request-check.ts';

/** How requests are spoiled on their way, to see what the sandbox answers. */
export type Spoil = Readonly<Record<string, string>>;

/** What the last exchange was, for those who want to look at it. */
export interface Exchange {
  operation: Operation | undefined;
  status: number;
  text: string;
}

/**
 * A `fetch` that lets everything through and checks both halves of every exchange with one system. Whoever makes the
 * request, an action, a stream or a whole journey, is checked alike.
 */
export class Recorder {
  exchanges = 0;
  /** Name of the action or journey that is at work; stands in the findings. */
  by = '';
  /** Headers that replace those of the client. */
  spoil: Spoil | undefined;
  last: Exchange | undefined;
  readonly #system: string;
  readonly #base: string;
  readonly #reference: Reference;
  readonly #findings: Findings;
  readonly #succeeded = new Set<Operation>();

  constructor(system: string, base: string, reference: Reference, findings: Findings) {
    this.#system = system;
    this.#base = base;
    this.#reference = reference;
    this.#findings = findings;
  }

  /** Whether the operation was ever answered with 2xx. */
  succeeded(operation: Operation): boolean {
    return this.#succeeded.has(operation);
  }

  readonly fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const address = String(url instanceof Request ? url.url : url);
    if (!address.startsWith(`${this.#base}/`)) return fetch(url, init);
    const headers = { ...(init?.headers as Record<string, string> | undefined), ...this.spoil };
    const response = await fetch(address, { ...init, headers });
    const text = await response.text();
    const body = typeof init?.body === 'string' ? init.body : undefined;
    const request = below({ url: address, method: init?.method ?? 'GET', body }, this.#base);
    const place = { system: this.#system, reference: this.#reference, by: this.by };
    const operation = checkRequest(place, request, this.#findings);
    this.last = { operation, status: response.status, text };
    if (operation) {
      this.exchanges++;
      if (response.ok) this.#succeeded.add(operation);
      const category = response.headers.get('x-ratelimit-category');
      checkAnswer(place, operation, { status: response.status, text, category }, this.#findings);
    }
    const empty = response.status === 204 || response.status === 304;
    return new Response(empty ? null : text, { status: response.status, headers: response.headers });
  };
}
