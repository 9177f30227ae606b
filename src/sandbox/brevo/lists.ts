import type { SandboxAnswer } from '../types.ts';
import { invalid, jsonObject, missing, notFound } from './answers.ts';
import type { Contact, Identifier } from './contacts.ts';
import { cut, readPage } from './queries.ts';
import type { Call, World } from './world.ts';

/** A list; every list stands in one folder. */
export interface List {
  id: number;
  name: string;
  folderId: number;
  createdAt: number;
}

/** A folder of lists. */
export interface Folder {
  id: number;
  name: string;
}

/** Brevo's quota of lists and of folders. */
const QUOTA = 300;

/** How many people one addition or removal takes. */
const MOST_PEOPLE = 150;

/** GET /contacts/lists: the counters named for removal are zero already. */
export function listLists(world: World, call: Call): SandboxAnswer {
  const lists = [...world.lists.values()];
  const page = cut(lists, readPage(call.query, 10, 50));
  return { status: 200, json: { count: lists.length, lists: page.map((list) => show(world, list)) } };
}

/** GET /contacts/lists/{listId}. */
export function getList(world: World, call: Call): SandboxAnswer {
  const list = find(world, call);
  const createdAt = new Date(list.createdAt).toISOString();
  return { status: 200, json: { ...show(world, list), createdAt, campaignStats: [], dynamicList: false } };
}

/** POST /contacts/lists; two lists may have the same name. */
export function createList(world: World, call: Call): SandboxAnswer {
  const body = jsonObject(call.body);
  return { status: 201, json: { id: addList(world, body['name'], body['folderId'], call.now).id } };
}

/** Makes a list after checking name, folder and quota. */
export function addList(world: World, name: unknown, folderId: unknown, now: number): List {
  if (typeof name !== 'string' || name.trim() === '') throw missing('name is missing');
  if (folderId === undefined) throw missing('folderId is missing');
  if (typeof folderId !== 'number' || !world.folders.has(folderId)) throw invalid('Folder ID does not exist');
  if (world.lists.size >= QUOTA) throw invalid('Maximum number of lists reached');
  const list = { id: Math.max(0, ...world.lists.keys()) + 1, name, folderId, createdAt: now };
  world.lists.set(list.id, list);
  return list;
}

/** GET /contacts/folders. */
export function listFolders(world: World, call: Call): SandboxAnswer {
  const folders = [...world.folders.values()];
  const page = cut(folders, readPage(call.query, 10, 50));
  const zero = { totalBlacklisted: 0, totalSubscribers: 0, uniqueSubscribers: 0 };
  return {
    status: 200,
    json: { count: folders.length, folders: page.map((folder) => ({ ...folder, ...zero })) },
  };
}

/** POST /contacts/folders. */
export function createFolder(world: World, call: Call): SandboxAnswer {
  const name = jsonObject(call.body)['name'];
  if (typeof name !== 'string' || name.trim() === '') throw missing('name is missing');
  if (world.folders.size >= QUOTA) throw invalid('Maximum number of folders reached');
  const id = Math.max(0, ...world.folders.keys()) + 1;
  world.folders.set(id, { id, name });
  return { status: 201, json: { id } };
}

/** POST /contacts/lists/{listId}/contacts/add: `failure` also holds those who are in the list already. */
export function addToList(world: World, call: Call): SandboxAnswer {
  const list = find(world, call);
  return change(world, call, jsonObject(call.body), (contact) =>
    contact.listIds.includes(list.id) ? undefined : [...contact.listIds, list.id],
  );
}

/** POST /contacts/lists/{listId}/contacts/remove: `failure` also holds those who are not in the list. */
export function removeFromList(world: World, call: Call): SandboxAnswer {
  const list = find(world, call);
  const without = (contact: Contact): number[] => contact.listIds.filter((id) => id !== list.id);
  const body = jsonObject(call.body);
  if (body['all'] === true) {
    const total = world.contacts.countIn(list.id);
    // The document has no process name for this; of those it has, none fits better.
    const processId = world.processes.start('IMPORTUSER', call.now, (at) => {
      for (const contact of world.contacts.membersOf(list.id)) {
        world.contacts.put({ ...contact, listIds: without(contact), modifiedAt: at }, at);
      }
      return null;
    });
    return { status: 201, json: { contacts: { processId, total } } };
  }
  return change(world, call, body, (contact) =>
    contact.listIds.includes(list.id) ? without(contact) : undefined,
  );
}

function change(
  world: World,
  call: Call,
  body: Record<string, unknown>,
  listIdsOf: (contact: Contact) => number[] | undefined,
): SandboxAnswer {
  const { kind, people } = readPeople(body);
  const success: unknown[] = [];
  const failure: unknown[] = [];
  for (const person of people) {
    const contact = world.contacts.find(kind, String(person));
    const listIds = contact && listIdsOf(contact);
    if (!contact || !listIds) {
      failure.push(person);
      continue;
    }
    world.contacts.put({ ...contact, listIds, modifiedAt: call.now }, call.now);
    success.push(person);
  }
  if (success.length === 0 && world.switches.listNoChange === 'refuse') {
    throw invalid('Contact already in list and/or does not exist');
  }
  return { status: 201, json: { contacts: { success, failure } } };
}

function readPeople(body: Record<string, unknown>): { kind: Identifier; people: (string | number)[] } {
  const kinds = { emails: 'email_id', ids: 'contact_id', extIds: 'ext_id' } as const;
  const given = (['emails', 'ids', 'extIds'] as const).filter((name) => body[name] !== undefined);
  const [name] = given;
  if (!name) throw missing('emails, ids or extIds is missing');
  if (given.length > 1) throw invalid('Pass one of emails, ids or extIds');
  const people: unknown = body[name];
  const fits = (item: unknown): boolean =>
    name === 'ids' ? Number.isInteger(item) : typeof item === 'string';
  if (!Array.isArray(people) || people.length === 0 || !people.every(fits)) throw invalid(`Invalid ${name}`);
  if (people.length > MOST_PEOPLE) throw invalid(`Maximum of ${MOST_PEOPLE} ${name} in one request`);
  return { kind: kinds[name], people };
}

function find(world: World, call: Call): List {
  const text = call.params['listId'] ?? '';
  if (!/^\d+$/.test(text)) throw invalid('Invalid list id');
  const list = world.lists.get(Number(text));
  if (!list) throw notFound('List ID does not exist');
  return list;
}

function show(world: World, { id, name, folderId }: List): Record<string, unknown> {
  const uniqueSubscribers = world.contacts.countIn(id);
  return { id, name, totalBlacklisted: 0, totalSubscribers: 0, uniqueSubscribers, folderId };
}
