import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

import type { PostgresPool } from './postgres-pool.ts';
import type { Signals } from './store.ts';

const SEND = `SELECT pg_notify($1, $2)`;

// NOTIFY makes commits wait for each other, so those of a busy process go together.
const PAUSE_MS = 5;
const RECONNECT_MS = 500;

/** What was heard: who said it, about what, and what. */
type Message = readonly [sender: string, topic: string, text: string];

/** Hints between processes by LISTEN and NOTIFY. They may get lost, when the connection breaks, and nothing is wrong then. */
export class PostgresSignals implements Signals {
  readonly #pool: PostgresPool;
  readonly #channel: string;
  readonly #sender = randomUUID();
  readonly #listeners = new Map<string, Set<(text: string | undefined) => void>>();
  /** Not yet sent, each once. */
  readonly #waiting = new Set<string>();
  #sending: Promise<void> | undefined;
  #client: Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
    this.#channel = `trunkline ${pool.target.schema}`.slice(0, 63);
  }

  send(topic: string, text: string): void {
    if (this.#closed) return;
    const message: Message = [this.#sender, topic, text];
    this.#waiting.add(JSON.stringify(message));
    this.#sending ??= this.#flush();
  }

  on(topic: string, fn: (text: string | undefined) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(fn));
    if (!this.#client && this.#timer === undefined) void this.#connect();
    return () => listeners.delete(fn);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#sending;
    await this.#client?.end().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    try {
      while (this.#waiting.size > 0) {
        const messages = [...this.#waiting];
        this.#waiting.clear();
        await this.#notify(messages);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    } finally {
      this.#sending = undefined;
    }
  }

  async #notify(messages: readonly string[]): Promise<void> {
    try {
      const client = await this.#pool.take(0);
      try {
        for (const message of messages) await this.#pool.run(client, SEND, [this.#channel, message]);
        client.release();
      } catch {
        client.release(true);
      }
    } catch {
      // The server is away: whoever listened looks around when it is back.
    }
  }

  async #connect(): Promise<void> {
    this.#timer = undefined;
    const client = new Client(this.#pool.config());
    this.#client = client;
    const again = (): void => {
      if (this.#client !== client) return;
      this.#client = undefined;
      if (!this.#closed) this.#timer = setTimeout(() => void this.#connect(), RECONNECT_MS).unref();
    };
    client.on('error', again).on('end', again);
    client.on('notification', ({ payload }) => this.#hear(payload));
    try {
      await client.connect();
      await client.query(`LISTEN "${this.#channel}"`);
      // What was said while nobody listened is lost: everybody looks around.
      for (const listeners of this.#listeners.values()) for (const fn of listeners) fn(undefined);
    } catch {
      void client.end().catch(() => undefined);
      again();
    }
  }

  #hear(payload = ''): void {
    const [sender, topic, text] = JSON.parse(payload) as Message;
    if (sender === this.#sender) return;
    for (const fn of this.#listeners.get(topic) ?? []) fn(text);
  }
}
