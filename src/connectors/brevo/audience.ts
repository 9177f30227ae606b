import type {
  AttributeInfo,
  AttributeType,
  Audience,
  EventLane,
  KnownPerson,
  PeopleLane,
  PersonEvent,
  PersonOutcome,
  PersonUpdate,
} from '../../core/audience.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { Reader } from '../../core/reader.ts';
import { describe, fieldErrors } from '../../core/schema.ts';
import * as attributes from './attributes.ts';
import * as contacts from './contacts.ts';
import * as events from './events.ts';
import * as lists from './lists.ts';
import * as processes from './processes.ts';

const MB = 1024 * 1024;
/** People of one batch: no limit is documented, and a refusal costs the whole batch, so it stays moderate. */
const BATCH = 200;

/** How people and what happened to them get into Brevo. */
export const audience: Audience = {
  async schema(reader) {
    const found = new Map<string, AttributeInfo>();
    for await (const { rows } of reader.pages(attributes.list, {})) {
      for (const row of rows) found.set(row.name, toInfo(row));
    }
    const all: { id: number; name: string }[] = [];
    for await (const { rows } of reader.pages(lists.list, {}))
      all.push(...rows.map(({ id, name }) => ({ id, name })));
    return { attributes: found, lists: all };
  },

  async createAttribute(reader, name, type) {
    await reader.call(attributes.create, {
      category: 'normal',
      name,
      type: type === 'number' ? 'float' : type,
    });
  },

  async createList(reader, name) {
    for await (const { rows } of reader.pages(lists.folders, {})) {
      const [folder] = rows;
      if (folder) return (await reader.call(lists.create, { name, folderId: folder.id })).id;
    }
    throw new ConnectorError(`the list '${name}' cannot be created: the Brevo account has no folder`, {
      kind: 'config',
      connector: 'brevo',
      hint: 'Create a folder in Brevo under Contacts, Lists.',
    });
  },

  known,

  people: [
    {
      name: 'single',
      knownOnly: false,
      sharedLists: false,
      maxPeople: 1,
      maxBytes: MB,
      calls: { contacts: 1 },
      async submit(reader, [person]) {
        if (!person) return [];
        await reader.call(contacts.upsert, toContact(person));
        return [done(person)];
      },
    },
    {
      name: 'batch',
      knownOnly: true,
      sharedLists: false,
      maxPeople: BATCH,
      maxBytes: MB,
      calls: { contacts: 1 },
      async submit(reader, people) {
        const { fit, refused } = sift(people);
        if (fit.length > 0) await reader.call(contacts.updateMany, { contacts: fit.map(toContact) });
        return [...refused, ...fit.map(done)];
      },
    },
    {
      name: 'import',
      knownOnly: false,
      sharedLists: true,
      maxPeople: 100_000,
      // 10 MB are allowed, 8 advised (Brevo FACTS 4).
      maxBytes: 7.5 * MB,
      // The import itself, and usually one look at its process.
      calls: { contacts: 1, other: 1 },
      submit: importPeople,
    },
  ] satisfies PeopleLane[],

  events: [
    {
      name: 'single',
      maxEvents: 1,
      maxBytes: 50 * 1024,
      calls: { events: 1 },
      async submit(reader, [event]) {
        if (!event) return [];
        await reader.call(events.create, toEvent(event));
        return [{ state: 'done' }];
      },
    },
    {
      name: 'batch',
      maxEvents: 200,
      maxBytes: 500 * 1024,
      calls: { events: 1 },
      async submit(reader, batch) {
        const answer = await reader.call(events.createMany, { events: batch.map(toEvent) });
        const refused = new Map<number, string>();
        for (const { eventIndex, message } of answer.errors ?? [])
          for (const i of eventIndex) refused.set(i, message);
        return batch.map((_, i) => {
          const reason = refused.get(i);
          return reason === undefined ? { state: 'done' } : { state: 'refused', reason };
        });
      },
    },
  ] satisfies EventLane[],

  async findEvents(reader, name, since, until) {
    const keys = new Set<string>();
    for await (const { rows } of reader.pages(events.list, {
      event_name: name,
      startDate: since,
      endDate: until,
    })) {
      for (const row of rows) {
        const key = row.event_properties?.[KEY];
        if (typeof key === 'string') keys.add(key);
      }
    }
    return keys;
  },
};

/** Property that carries our own key of an event: Brevo has none (Brevo FACTS 7). */
const KEY = 'trunkline_key';

function toContact({ email, attributes: values, lists: listIds }: PersonUpdate) {
  return {
    email,
    attributes: mutable(values),
    ...(listIds.length > 0 ? { listIds: [...listIds] } : {}),
  };
}

function toEvent(event: PersonEvent) {
  return {
    event_name: event.name,
    event_date: event.at,
    identifiers: { email_id: event.email },
    event_properties: { ...event.properties, [KEY]: event.key },
  };
}

function mutable(values: PersonUpdate['attributes']): Record<string, string | number | boolean | string[]> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'object' ? [...value] : value]),
  );
}

/**
 * What Brevo knows of the people: by reading the whole list of contacts or one by one, whichever takes fewer calls.
 * The first page tells which: it says how many contacts there are.
 */
async function known(reader: Reader, emails: readonly string[]): Promise<Map<string, KnownPerson>> {
  const wanted = new Set(emails);
  const found = new Map<string, KnownPerson>();
  if (wanted.size === 0) return found;
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

function isRefusal(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError && (error.kind === 'not-found' || error.kind === 'input');
}

function toKnown(row: {
  emailBlacklisted: boolean;
  listUnsubscribed?: number[] | null | undefined;
}): KnownPerson {
  return { optedOut: row.emailBlacklisted, leftLists: row.listUnsubscribed ?? [] };
}

function done({ email }: PersonUpdate): PersonOutcome {
  return { email, state: 'done' };
}

/** Refuses by name whom the check of a call would refuse, so that the others need not be sent in ever smaller parts. */
function sift(people: readonly PersonUpdate[]): { fit: PersonUpdate[]; refused: PersonOutcome[] } {
  const fit: PersonUpdate[] = [];
  const refused: PersonOutcome[] = [];
  for (const person of people) {
    const checked = contacts.upsert.input.safeParse(toContact(person));
    if (checked.success) fit.push(person);
    else
      refused.push({ email: person.email, state: 'refused', reason: describe(fieldErrors(checked.error)) });
  }
  return { fit, refused };
}

async function importPeople(reader: Reader, all: readonly PersonUpdate[]): Promise<PersonOutcome[]> {
  const { fit: people, refused } = sift(all);
  if (people.length === 0) return refused;
  const { processId } = await reader.call(contacts.importMany, {
    contacts: people.map(({ email, attributes: values }) => ({ email, attributes: mutable(values) })),
    listIds: [...(people[0]?.lists ?? [])],
  });
  // Every look costs one of 100 calls an hour: wait about as long as Brevo needs, then longer each time.
  for (let wait = 1000 + people.length / 10; ; wait = Math.min(wait * 2, 60_000)) {
    await reader.sleep(wait);
    const { status, info } = await reader.call(processes.get, { processId });
    if (status === 'completed') return [...refused, ...(await outcomes(reader, people, info?.import ?? {}))];
    if (status === 'failed' || status === 'cancelled') {
      throw new ConnectorError(
        `Brevo ended the import ${processId} of ${people.length} people as '${status}'`,
        {
          kind: 'remote',
          retry: 'later',
          outcome: 'unknown',
          connector: 'brevo',
          action: 'contacts.importMany',
          hint: 'Run it again: an import may be repeated without harm.',
        },
      );
    }
  }
}

/** Brevo says that it left people out, as a number or as the address of a list, but not whom. The others are there. */
async function outcomes(
  reader: Reader,
  people: readonly PersonUpdate[],
  report: Readonly<Record<string, unknown>>,
): Promise<PersonOutcome[]> {
  const values = Object.values(report);
  const counted = values.some((value) => typeof value === 'number' && value > 0);
  const listed = values.some((value) => typeof value === 'string' && value !== '');
  if (!counted && !listed) return people.map(done);
  const found: PersonOutcome[] = [];
  for (let i = 0; i < people.length; i += BATCH) {
    found.push(...(await narrowDown(reader, people.slice(i, i + BATCH))));
  }
  if (!counted || found.some(({ state }) => state === 'refused')) return found;
  // A batch may pass over its bad members in silence (Brevo FACTS 4): then only one by one tells.
  const each: PersonOutcome[] = [];
  for (const person of people) each.push(...(await narrowDown(reader, [person])));
  return each;
}

/** Finds those whom Brevo refuses, in as few calls as possible: a batch fails when one of its members does. */
async function narrowDown(reader: Reader, people: readonly PersonUpdate[]): Promise<PersonOutcome[]> {
  const [only] = people;
  try {
    if (only && people.length === 1) await reader.call(contacts.upsert, toContact(only));
    else await reader.call(contacts.updateMany, { contacts: people.map(toContact) });
    return people.map(done);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (only && people.length === 1) {
      return [{ email: only.email, state: 'refused', reason: error.message }];
    }
  }
  const middle = Math.ceil(people.length / 2);
  return [
    ...(await narrowDown(reader, people.slice(0, middle))),
    ...(await narrowDown(reader, people.slice(middle))),
  ];
}

const TYPES: Readonly<Record<string, AttributeType>> = {
  text: 'text',
  float: 'number',
  boolean: 'boolean',
  date: 'date',
  'multiple-choice': 'multiple-choice',
};

function toInfo(row: {
  category: string;
  type?: string | undefined;
  enumeration?: { label: string }[] | undefined;
  multiCategoryOptions?: string[] | undefined;
}): AttributeInfo {
  if (row.category === 'category')
    return { type: 'category', options: (row.enumeration ?? []).map(({ label }) => label) };
  const type = row.category === 'normal' ? (TYPES[row.type ?? ''] ?? 'other') : 'other';
  return row.multiCategoryOptions ? { type, options: row.multiCategoryOptions } : { type };
}
