import type { SandboxAnswer } from '../types.ts';
import { invalid, notFound } from './answers.ts';
import { locateVisible } from './contact-routes.ts';
import type { Contact } from './contacts.ts';
import { cut, readNumbers, readPage, readTime } from './queries.ts';
import type { Call, World } from './world.ts';

/** GET /contacts/{identifier}. */
export function getContact(world: World, call: Call): SandboxAnswer {
  const statistics = {
    messagesSent: [],
    hardBounces: [],
    softBounces: [],
    complaints: [],
    unsubscriptions: { userUnsubscription: [], adminUnsubscription: [] },
    opened: [],
    clicked: [],
    transacAttributes: [],
    delivered: [],
  };
  return { status: 200, json: { ...show(locateVisible(world, call)), statistics } };
}

/** GET /contacts. */
export function listContacts(world: World, call: Call): SandboxAnswer {
  const { query, now } = call;
  const page = readPage(query, 50, 1000);
  const ids = readNumbers(query, 'ids');
  if (ids && ids.length > 20) throw invalid('Maximum of 20 ids');
  const listIds = readNumbers(query, 'listIds');
  const modifiedSince = readTime(query, 'modifiedSince');
  const createdSince = readTime(query, 'createdSince');
  const matches = readFilter(world, query.get('filter'));
  const found = world.contacts
    .visible(now)
    .filter(
      (contact) =>
        (!ids || ids.includes(contact.id)) &&
        (!listIds || listIds.some((id) => contact.listIds.includes(id))) &&
        (modifiedSince === undefined || contact.modifiedAt > modifiedSince) &&
        (createdSince === undefined || contact.createdAt > createdSince) &&
        matches(contact),
    );
  return { status: 200, json: { contacts: cut(found, page).map(show), count: found.length } };
}

/** GET /contacts/lists/{listId}/contacts. */
export function listMembers(world: World, call: Call): SandboxAnswer {
  const listId = Number(call.params['listId']);
  if (!world.lists.get(listId)) throw notFound('List ID does not exist');
  const page = readPage(call.query, 50, 500);
  const modifiedSince = readTime(call.query, 'modifiedSince');
  const found = world.contacts
    .visible(call.now, listId)
    .filter((contact) => modifiedSince === undefined || contact.modifiedAt > modifiedSince);
  return { status: 200, json: { contacts: cut(found, page).map(show), count: found.length } };
}

/** A contact in the shape that the `contacts` collection shows: nothing hidden, nothing late. */
export function expose(contact: Contact): unknown {
  const { extId, createdAt, modifiedAt, ...rest } = contact;
  return {
    ...rest,
    createdAt: new Date(createdAt).toISOString(),
    modifiedAt: new Date(modifiedAt).toISOString(),
    ...(extId === undefined ? {} : { ext_id: extId }),
  };
}

function show(contact: Contact): Record<string, unknown> {
  return {
    ...(contact.email === null ? {} : { email: contact.email }),
    id: contact.id,
    emailBlacklisted: contact.emailBlacklisted,
    smsBlacklisted: contact.smsBlacklisted,
    whatsappBlacklisted: false,
    createdAt: new Date(contact.createdAt).toISOString(),
    modifiedAt: new Date(contact.modifiedAt).toISOString(),
    listIds: contact.listIds,
    listUnsubscribed: contact.listUnsubscribed,
    attributes: contact.attributes,
  };
}

/** The one documented operator, such as equals(FIRSTNAME,"Antoine"); categories match by id and by label. */
function readFilter(world: World, text: string | null): (contact: Contact) => boolean {
  if (text === null) return () => true;
  const [, name, quoted, bare] =
    /^equals\(\s*([A-Z0-9_-]+)\s*,\s*(?:"([^"]*)"|([^)"]*))\s*\)$/.exec(text) ?? [];
  const definition = name === undefined ? undefined : world.attributes.get(name);
  if (!name || !definition) throw invalid('Invalid filter');
  const wanted = (quoted ?? bare ?? '').trim();
  return (contact) => {
    const value = contact.attributes[name];
    if (value === undefined) return false;
    if (Array.isArray(value)) return wanted.split(',').every((item) => value.includes(item.trim()));
    const label = definition.enumeration?.find((item) => item.value === value)?.label;
    return String(value) === wanted || label === wanted;
  };
}
