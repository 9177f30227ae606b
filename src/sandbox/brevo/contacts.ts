import type { AttributeValue } from './attribute-values.ts';

/** A contact as it is between two writes; every write makes a new one. */
export interface Contact {
  readonly id: number;
  readonly email: string | null;
  readonly extId: string | undefined;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly listIds: readonly number[];
  readonly listUnsubscribed: readonly number[];
  readonly emailBlacklisted: boolean;
  readonly smsBlacklisted: boolean;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** What identifies a contact; Brevo lets no two contacts share one. */
export type Identifier =
  | 'email_id'
  | 'contact_id'
  | 'ext_id'
  | 'phone_id'
  | 'whatsapp_id'
  | 'landline_number_id';

/** The name of an identifier in `duplicate_identifiers`. */
export type ClashName = 'email' | 'ext_id' | 'SMS' | 'WHATSAPP' | 'LANDLINE_NUMBER';

/** An identifier that another contact holds already. */
export interface Clash {
  identifier: ClashName;
  owner: Contact;
}

interface Entry {
  current: Contact | undefined;
  /** What reads still show, until the times given. */
  past: { contact: Contact | undefined; until: number }[];
}

/** All contacts: the true state for writes, and the state of `lag` ms ago for reads. */
export class Contacts {
  readonly #lag: () => number;
  readonly #entries = new Map<number, Entry>();
  /** Key to contact id; a key is an identifier's kind and value. */
  readonly #owners = new Map<string, number>();
  readonly #formerOwners = new Map<string, { id: number; until: number }>();
  /** Everyone who ever was in a list: reads of members look through these only. */
  readonly #everIn = new Map<number, Set<number>>();
  readonly #counts = new Map<number, number>();
  #nextId = 1;

  constructor(lag: () => number) {
    this.#lag = lag;
  }

  newId(): number {
    return this.#nextId++;
  }

  find(kind: Identifier, value: string): Contact | undefined {
    const id = kind === 'contact_id' ? Number(value) : this.#owners.get(keyOf(kind, value));
    return id === undefined ? undefined : this.#entries.get(id)?.current;
  }

  /** The others that hold an identifier of this contact already. */
  clashes(contact: Contact): Clash[] {
    const found: Clash[] = [];
    for (const { key, name } of keysOf(contact)) {
      const id = this.#owners.get(key);
      const owner = id === undefined || id === contact.id ? undefined : this.#entries.get(id)?.current;
      if (owner) found.push({ identifier: name, owner });
    }
    return found;
  }

  put(next: Contact, at: number): void {
    this.#write(next.id, next, at);
  }

  remove(id: number, at: number): void {
    this.#write(id, undefined, at);
  }

  /** True state, in order of creation. */
  *all(): Iterable<Contact> {
    for (const entry of this.#entries.values()) if (entry.current) yield entry.current;
  }

  /** How many are truly in a list. */
  countIn(listId: number): number {
    return this.#counts.get(listId) ?? 0;
  }

  /** Who is truly in a list. */
  membersOf(listId: number): Contact[] {
    return [...(this.#everIn.get(listId) ?? [])]
      .map((id) => this.#entries.get(id)?.current)
      .filter((contact) => contact !== undefined)
      .filter((contact) => contact.listIds.includes(listId));
  }

  /** What a read by identifier shows at a time. */
  findVisible(kind: Identifier, value: string, now: number): Contact | undefined {
    if (kind === 'contact_id') return this.#visible(Number(value), now);
    const key = keyOf(kind, value);
    const former = this.#formerOwners.get(key);
    const ids = [former && former.until > now ? former.id : undefined, this.#owners.get(key)];
    for (const id of ids) {
      const contact = id === undefined ? undefined : this.#visible(id, now);
      if (contact && keysOf(contact).some((item) => item.key === key)) return contact;
    }
    return undefined;
  }

  /** What listings show at a time, in order of creation; of one list's members if given. */
  visible(now: number, listId?: number): Contact[] {
    const ids =
      listId === undefined
        ? this.#entries.keys()
        : [...(this.#everIn.get(listId) ?? [])].toSorted((a, b) => a - b);
    const shown: Contact[] = [];
    for (const id of ids) {
      const contact = this.#visible(id, now);
      if (contact && (listId === undefined || contact.listIds.includes(listId))) shown.push(contact);
    }
    return shown;
  }

  #visible(id: number, now: number): Contact | undefined {
    const entry = this.#entries.get(id);
    const past = entry?.past.find((item) => item.until > now);
    return past ? past.contact : entry?.current;
  }

  #write(id: number, next: Contact | undefined, at: number): void {
    const entry = this.#entries.get(id) ?? { current: undefined, past: [] };
    const before = entry.current;
    const lag = this.#lag();
    const until = at + lag;
    entry.past = entry.past.filter((item) => item.until > at);
    if (lag > 0) entry.past.push({ contact: before, until });
    entry.current = next;
    this.#entries.set(id, entry);

    const keys = new Set(next && keysOf(next).map((item) => item.key));
    for (const { key } of before ? keysOf(before) : []) {
      if (keys.has(key)) continue;
      if (this.#owners.get(key) === id) this.#owners.delete(key);
      if (lag > 0) this.#formerOwners.set(key, { id, until });
    }
    for (const key of keys) this.#owners.set(key, id);

    for (const listId of before?.listIds ?? []) this.#counts.set(listId, this.countIn(listId) - 1);
    for (const listId of next?.listIds ?? []) {
      this.#counts.set(listId, this.countIn(listId) + 1);
      const everIn = this.#everIn.get(listId);
      if (everIn) everIn.add(id);
      else this.#everIn.set(listId, new Set([id]));
    }
  }
}

function keyOf(kind: Identifier, value: string): string {
  return `${kind}:${kind === 'email_id' ? value.toLowerCase() : value}`;
}

/** The unique keys of a contact, each with the name that `duplicate_identifiers` gives it. */
function keysOf(contact: Contact): { key: string; name: ClashName }[] {
  const { SMS: sms, WHATSAPP: whatsapp, LANDLINE_NUMBER: landline } = contact.attributes;
  const keys: { key: string; name: ClashName }[] = [];
  if (contact.email !== null) keys.push({ key: keyOf('email_id', contact.email), name: 'email' });
  if (contact.extId !== undefined) keys.push({ key: keyOf('ext_id', contact.extId), name: 'ext_id' });
  if (typeof sms === 'string') keys.push({ key: keyOf('phone_id', sms), name: 'SMS' });
  if (typeof whatsapp === 'string') keys.push({ key: keyOf('whatsapp_id', whatsapp), name: 'WHATSAPP' });
  if (typeof landline === 'string') {
    keys.push({ key: keyOf('landline_number_id', landline), name: 'LANDLINE_NUMBER' });
  }
  return keys;
}
