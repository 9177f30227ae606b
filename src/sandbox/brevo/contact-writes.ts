import { asObject, invalid, Refusal } from './answers.ts';
import { fit, type AttributeValue } from './attribute-values.ts';
import type { Clash, Contact } from './contacts.ts';
import type { World } from './world.ts';

/** What a client wants of one contact, whichever operation carried it. */
export interface Wish {
  attributes: Record<string, unknown>;
  extId: string | undefined;
  listIds: readonly number[];
  unlinkListIds: readonly number[];
  emailBlacklisted: boolean | undefined;
  smsBlacklisted: boolean | undefined;
}

/** What the write would make of the contact, and who else holds its identifiers. */
export interface Plan {
  next: Contact;
  clashes: Clash[];
}

/** Where a plan starts from. */
export interface Start {
  before: Contact | undefined;
  /** Address of a contact that is yet to be made. */
  email?: string | undefined;
  at: number;
  source?: 'json' | 'csv';
}

/** Reads the members that POST, PUT and batch share. */
export function readWish(world: World, body: Record<string, unknown>): Wish {
  const attributes = body['attributes'] ?? {};
  const object = asObject(attributes);
  if (!object) throw invalid('Invalid attributes passed');
  const extId = body['ext_id'];
  if (extId !== undefined && typeof extId !== 'string') throw invalid('Invalid ext_id');
  return {
    attributes: object,
    extId: extId === '' ? undefined : extId,
    listIds: readListIds(world, body['listIds'], 'listIds'),
    unlinkListIds: readListIds(world, body['unlinkListIds'], 'unlinkListIds'),
    emailBlacklisted: readFlag(body, 'emailBlacklisted'),
    smsBlacklisted: readFlag(body, 'smsBlacklisted'),
  };
}

/** Ids of lists that exist. */
export function readListIds(world: World, value: unknown, name: string): number[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every((id) => Number.isInteger(id))) throw invalid(`Invalid ${name}`);
  if (!value.every((id: number) => world.lists.get(id))) throw invalid(`${name}: list does not exist`);
  return value;
}

/** An address in the form that Brevo keeps: trimmed and in lower case. */
export function readEmail(value: unknown): string {
  const email = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (!isEmail(email)) throw invalid('Invalid email address');
  return email;
}

/** Whether a text looks like an address. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@.<>,;"]{2,}$/.test(text);
}

/** Works out the contact after the write, without writing. */
export function planWrite(world: World, start: Start, wish: Wish): Plan {
  const { before, at } = start;
  const { values, email: newEmail } = fitAttributes(world, wish.attributes, start);
  if (wish.extId !== undefined) values['EXT_ID'] = wish.extId;
  const email = newEmail ?? before?.email ?? start.email ?? null;
  // Brevo documents this of PUT: a new address for a blocklisted contact takes it off the blocklist.
  const lifted = before !== undefined && newEmail !== undefined && newEmail !== before.email;
  const present = before?.listIds ?? [];
  const next: Contact = {
    id: before?.id ?? world.contacts.newId(),
    email,
    extId: typeof values['EXT_ID'] === 'string' ? values['EXT_ID'] : undefined,
    attributes: values,
    listIds: [...new Set([...present, ...wish.listIds])].filter((id) => !wish.unlinkListIds.includes(id)),
    listUnsubscribed: before?.listUnsubscribed ?? [],
    emailBlacklisted: wish.emailBlacklisted ?? (lifted ? false : (before?.emailBlacklisted ?? false)),
    smsBlacklisted: wish.smsBlacklisted ?? before?.smsBlacklisted ?? false,
    createdAt: before?.createdAt ?? at,
    modifiedAt: at,
  };
  const clashes = world.contacts.clashes(next);
  // An EMAIL equal to the present address was a 400 for years; nobody has reported that it is over.
  if (before && newEmail === before.email) clashes.unshift({ identifier: 'email', owner: before });
  return { next, clashes };
}

/** The "already associated with another Contact" answer, in the form that is switched on. */
export function duplicate(world: World, verb: 'create' | 'update', identifiers: string[]): Refusal {
  const message = `Unable to ${verb} contact, ${identifiers.join(', ')} is already associated with another Contact`;
  return new Refusal(400, world.switches.duplicateCode, message, { duplicate_identifiers: identifiers });
}

function fitAttributes(
  world: World,
  attributes: Record<string, unknown>,
  start: Start,
): { values: Record<string, AttributeValue>; email: string | undefined } {
  const values: Record<string, AttributeValue> = { ...start.before?.attributes };
  let email: string | undefined;
  for (const [name, value] of Object.entries(attributes)) {
    const definition = world.attributes.get(name);
    if (!definition) {
      if (world.switches.unknownAttributes === 'drop') continue;
      throw new Refusal(400, 'Attribute not found', 'Attribute not found');
    }
    if (name === 'EMAIL') {
      if (start.before) email = readEmail(value);
      continue;
    }
    const result = fit(definition, value, start.source ?? 'json');
    if (result.kind === 'refuse') throw invalid('Invalid phone number');
    if (result.kind === 'clear') delete values[name];
    if (result.kind === 'keep') values[name] = result.value;
  }
  return { values, email };
}

function readFlag(body: Record<string, unknown>, name: string): boolean | undefined {
  const value = body[name];
  if (value !== undefined && typeof value !== 'boolean') throw invalid(`Invalid ${name}`);
  return value;
}
