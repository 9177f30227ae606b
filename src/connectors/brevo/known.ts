import type { KnownPerson } from '../../core/audience.ts';
import type { Reader } from '../../core/reader.ts';
import * as contacts from './contacts.ts';
import { isRefusal } from './wire-people.ts';

/**
 * What Brevo knows of the people: by reading the whole list of contacts or one by one, whichever takes fewer calls.
 * The first page tells which: it says how many contacts there are.
 */
export async function known(reader: Reader, emails: readonly string[]): Promise<Map<string, KnownPerson>> {
  const wanted = new Set(emails);
  const found = new Map<string, KnownPerson>();
  if (wanted.size === 0) return found;
  // Of one person his own record is the smaller answer.
  if (wanted.size === 1) return oneByOne(reader, wanted);
  const limit = 1000;
  for (let offset = 0, count = 1; offset < count; offset += limit) {
    // From the oldest on: contacts that are created meanwhile come last and shift nothing.
    const page = await reader.call(contacts.list, { limit, offset, sort: 'asc' });
    count = page.count;
    for (const row of page.contacts) {
      const email = row.email?.toLowerCase();
      if (email && wanted.has(email)) found.set(email, toKnown(row));
    }
    if (offset === 0 && Math.ceil(count / limit) - 1 > wanted.size) return oneByOne(reader, wanted);
  }
  return found;
}

async function oneByOne(reader: Reader, emails: ReadonlySet<string>): Promise<Map<string, KnownPerson>> {
  const found = new Map<string, KnownPerson>();
  for (const email of emails) {
    const person = await one(reader, email);
    if (person) found.set(email, person);
  }
  return found;
}

async function one(reader: Reader, email: string): Promise<KnownPerson | undefined> {
  try {
    return toKnown(await reader.call(contacts.get, { email }));
  } catch (error) {
    // Who has no valid address is not there either; he is refused by name when he is to be sent.
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

function toKnown(row: {
  emailBlacklisted: boolean;
  listUnsubscribed?: number[] | null | undefined;
}): KnownPerson {
  return { optedOut: row.emailBlacklisted, leftLists: row.listUnsubscribed ?? [] };
}
