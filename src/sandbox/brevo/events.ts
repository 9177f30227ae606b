/** An event as it was accepted. */
export interface StoredEvent {
  name: string;
  email: string | null;
  contactId: number | null;
  /** When it happened, in milliseconds. */
  date: number;
  properties: Record<string, unknown>;
  receivedAt: number;
}

/** What GET /events selects by. */
export interface EventFilter {
  contactIds: number[] | undefined;
  names: string[] | undefined;
  from: number;
  to: number;
}

/** All events, also by contact: clients in doubt look for their own event among one person's. */
export class Events {
  readonly #lag: () => number;
  readonly #all: StoredEvent[] = [];
  readonly #byContact = new Map<number, StoredEvent[]>();

  constructor(lag: () => number) {
    this.#lag = lag;
  }

  add(event: StoredEvent): void {
    this.#all.push(event);
    if (event.contactId === null) return;
    const own = this.#byContact.get(event.contactId);
    if (own) own.push(event);
    else this.#byContact.set(event.contactId, [event]);
  }

  all(): readonly StoredEvent[] {
    return this.#all;
  }

  /** What a listing shows at a time: the newest first. */
  visible(now: number, filter: EventFilter): StoredEvent[] {
    const { contactIds, names, from, to } = filter;
    const pool = contactIds
      ? [...new Set(contactIds)].flatMap((id) => this.#byContact.get(id) ?? [])
      : this.#all;
    return pool
      .filter(
        (event) =>
          event.receivedAt + this.#lag() <= now &&
          event.date >= from &&
          event.date <= to &&
          (!names || names.includes(event.name)),
      )
      .toSorted((a, b) => b.date - a.date);
  }
}
