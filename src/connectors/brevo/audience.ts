import type {
  AttributeInfo,
  AttributeType,
  Audience,
  EventLane,
  PeopleLane,
  PersonEvent,
} from '../../core/audience.ts';
import { ConnectorError } from '../../core/errors.ts';
import * as attributes from './attributes.ts';
import * as contacts from './contacts.ts';
import * as events from './events.ts';
import * as lists from './lists.ts';
import { BATCH, importPeople, sift } from './import-people.ts';
import { known } from './known.ts';
import { done, toChange, toContact } from './wire-people.ts';

const MB = 1024 * 1024;

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
        // Creating a contact takes nobody off a list.
        if (person.leaves?.length) await reader.call(contacts.updateMany, { contacts: [toChange(person)] });
        else await reader.call(contacts.upsert, toContact(person));
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
        if (fit.length > 0) await reader.call(contacts.updateMany, { contacts: fit.map(toChange) });
        return [...refused, ...fit.map(done)];
      },
    },
    {
      name: 'import',
      knownOnly: false,
      sharedLists: true,
      // What is sent is held as objects, as text and as bytes at once: this bounds the memory of it.
      maxPeople: 5000,
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

function toEvent(event: PersonEvent) {
  return {
    event_name: event.name,
    event_date: event.at,
    identifiers: { email_id: event.email },
    event_properties: { ...event.properties, [KEY]: event.key },
  };
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
