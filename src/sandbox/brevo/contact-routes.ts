import type { SandboxAnswer } from '../types.ts';
import { asObject, invalid, jsonObject, missing, NO_CONTENT, notFound, Refusal } from './answers.ts';
import { phoneDigits } from './attribute-values.ts';
import { duplicate, planWrite, readEmail, readWish, type Plan, type Wish } from './contact-writes.ts';
import type { Contact, Identifier } from './contacts.ts';
import type { Call, World } from './world.ts';

/** POST /contacts: 201 with the id of a new contact, 204 without body for one that was there. */
export function createContact(world: World, call: Call): SandboxAnswer {
  const body = jsonObject(call.body);
  const wish = readWish(world, body);
  const email = body['email'] === undefined ? undefined : readEmail(body['email']);
  const rawSms = wish.attributes['SMS'];
  const sms = rawSms === undefined || rawSms === '' ? undefined : phoneDigits(rawSms);
  if (email === undefined && wish.extId === undefined && sms === undefined) {
    throw missing('Either email, attributes.SMS or ext_id is required');
  }
  tooEarly(world);
  const [kind, value, name] =
    email !== undefined
      ? (['email_id', email, 'email'] as const)
      : wish.extId !== undefined
        ? (['ext_id', wish.extId, 'ext_id'] as const)
        : (['phone_id', sms ?? '', 'SMS'] as const);
  const before = world.contacts.find(kind, value);
  if (before && body['updateEnabled'] !== true) throw duplicate(world, 'create', [name]);
  const verb = before ? 'update' : 'create';
  const plan = planWrite(world, { before, email, at: call.now }, wish);
  if (plan.clashes.length > 0) {
    if (body['forceMerge'] !== true) throw clashOf(world, verb, plan);
    // forceMerge deletes the losing contact: here too, so that a client which uses it can be seen.
    for (const { owner } of plan.clashes) world.contacts.remove(owner.id, call.now);
  }
  world.contacts.put(plan.next, call.now);
  return before ? NO_CONTENT : { status: 201, json: { id: plan.next.id } };
}

/** PUT /contacts/{identifier}. */
export function updateContact(world: World, call: Call): SandboxAnswer {
  const body = jsonObject(call.body);
  const wish = readWish(world, body);
  tooEarly(world);
  const before = locate(world, call);
  const plan = planWrite(world, { before, at: call.now }, wish);
  if (plan.clashes.length > 0) throw clashOf(world, 'update', plan);
  world.contacts.put(plan.next, call.now);
  return NO_CONTENT;
}

/** DELETE /contacts/{identifier}. */
export function deleteContact(world: World, call: Call): SandboxAnswer {
  world.contacts.remove(locate(world, call).id, call.now);
  return NO_CONTENT;
}

/** POST /contacts/batch: updates of contacts that exist; the answer never says which member was bad. */
export function updateBatch(world: World, call: Call): SandboxAnswer {
  const items = jsonObject(call.body)['contacts'];
  if (!Array.isArray(items) || items.length === 0) throw missing('contacts is missing');
  const skip = world.switches.batch === 'skip-bad';
  const good: Member[] = [];
  const claimed = new Map<string, number>();
  for (const item of items) {
    try {
      const member = readMember(world, item);
      const { next } = planMember(world, call, member);
      const mine = identifiersOf(next);
      if (mine.some((key) => (claimed.get(key) ?? next.id) !== next.id))
        throw invalid('Invalid contacts passed');
      for (const key of mine) claimed.set(key, next.id);
      good.push(member);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!skip) throw error.metadata ? error : invalid('Invalid contacts passed');
    }
  }
  // Planned again one after the other, so that two updates of one contact add up.
  for (const member of good) world.contacts.put(planMember(world, call, member).next, call.now);
  return NO_CONTENT;
}

/** Finds the contact of a path identifier in the true state. */
export function locate(world: World, call: Call): Contact {
  for (const [kind, value] of identifiersOfPath(call, false)) {
    const contact = world.contacts.find(kind, value);
    if (contact) return contact;
  }
  throw notFound('Contact does not exist');
}

/** Finds the contact of a path identifier as reads show it. */
export function locateVisible(world: World, call: Call): Contact {
  for (const [kind, value] of identifiersOfPath(call, true)) {
    const contact = world.contacts.findVisible(kind, value, call.now);
    if (contact) return contact;
  }
  throw notFound('Contact does not exist');
}

/** Without a type, an identifier is an address or an id; only GET also takes a phone number then. */
function identifiersOfPath(call: Call, phones: boolean): [Identifier, string][] {
  const text = call.params['identifier'] ?? '';
  const type = call.query.get('identifierType');
  switch (type) {
    case null:
      if (text.includes('@')) return [['email_id', text]];
      if (!/^\+?\d+$/.test(text)) throw invalid('Invalid contact identifier');
      return phones
        ? [
            ['contact_id', text],
            ['phone_id', phoneDigits(text) ?? text],
          ]
        : [['contact_id', text]];
    case 'email_id':
    case 'ext_id':
      return [[type, text]];
    case 'contact_id':
      if (!/^\d+$/.test(text)) throw invalid('Invalid contact id');
      return [[type, text]];
    case 'phone_id':
    case 'whatsapp_id':
    case 'landline_number_id':
      return [[type, phoneDigits(text) ?? text]];
    default:
      throw invalid('Invalid identifierType');
  }
}

interface Member {
  id: string;
  wish: Wish;
}

function readMember(world: World, item: unknown): Member {
  const member = asObject(item);
  const given = (['email', 'id', 'sms'] as const).filter((name) => member?.[name] !== undefined);
  const [name] = given;
  if (!member || !name || given.length > 1) throw invalid('Pass one of email, id or sms');
  const before =
    name === 'email'
      ? world.contacts.find('email_id', readEmail(member[name]))
      : name === 'id'
        ? world.contacts.find('contact_id', String(member[name]))
        : world.contacts.find('phone_id', phoneDigits(member[name]) ?? '');
  if (!before) throw notFound('Contact does not exist');
  return { id: String(before.id), wish: readWish(world, member) };
}

function planMember(world: World, call: Call, member: Member): Plan {
  const before = world.contacts.find('contact_id', member.id);
  const plan = planWrite(world, { before, at: call.now }, member.wish);
  if (plan.clashes.length > 0) throw clashOf(world, 'update', plan);
  return plan;
}

function identifiersOf(contact: Contact): string[] {
  const { email, extId, attributes } = contact;
  const values = [email, extId, attributes['SMS'], attributes['WHATSAPP'], attributes['LANDLINE_NUMBER']];
  return values.flatMap((value, index) => (typeof value === 'string' ? [`${index}:${value}`] : []));
}

function clashOf(world: World, verb: 'create' | 'update', plan: Plan): Refusal {
  return duplicate(
    world,
    verb,
    plan.clashes.map((clash) => clash.identifier),
  );
}

/** 425 is documented for POST and PUT of one contact; what it means is not, so it only ever passes by chance. */
function tooEarly(world: World): void {
  if (world.switches.tooEarly > 0 && world.random.chance(world.switches.tooEarly)) {
    throw new Refusal(425, 'account_in_process', 'Contact is being processed, try again later');
  }
}
