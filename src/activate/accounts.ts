import type { Host, PeopleSource } from '../core/people.ts';
import type { Reader } from '../core/reader.ts';
import type { Store } from '../store/store.ts';
import { accountsOf, saveAccounts } from './store-live.ts';

/** What events did not tell is read again after so long, in milliseconds. */
const STALE_MS = 24 * 3600_000;
/** What this process has in memory is read from the store again after so long: another one may have changed it. */
const FRESH_MS = 30_000;

/** Addresses of everybody in the account on the source's side, by id: read whole now and then, kept up by events. */
export class Accounts {
  readonly #store: Store;
  readonly #source: string;
  #held: { until: number; emails: Promise<ReadonlyMap<string, string>> } | undefined;

  constructor(store: Store, source: string) {
    this.#store = store;
    this.#source = source;
  }

  /** Something of it has changed. */
  changed(): void {
    this.#held = undefined;
  }

  emails(reader: Reader, people: PeopleSource): Promise<ReadonlyMap<string, string>> {
    const now = this.#store.now();
    if (this.#held && this.#held.until > now) return this.#held.emails;
    const emails = this.#load(reader, people);
    const entry = { until: now + FRESH_MS, emails };
    this.#held = entry;
    emails.catch(() => {
      if (this.#held === entry) this.#held = undefined;
    });
    return emails;
  }

  async #load(reader: Reader, people: PeopleSource): Promise<ReadonlyMap<string, string>> {
    const known = await accountsOf(this.#store.sql, this.#source);
    if (known && known.seenAt > this.#store.now() - STALE_MS) return known.emails;
    const hosts: Host[] = [];
    for await (const { rows } of people.hosts(reader)) hosts.push(...rows);
    await saveAccounts(this.#store, this.#source, hosts);
    return new Map(hosts.map(({ id, email }) => [id, email]));
  }
}
