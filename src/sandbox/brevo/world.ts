import { random, type Random } from '../random.ts';
import type { SandboxContext } from '../types.ts';
import { ATTRIBUTES, firstContacts, FOLDERS, LISTS } from './account.ts';
import { Attributes } from './attributes.ts';
import { planWrite, readEmail, readListIds } from './contact-writes.ts';
import { Contacts } from './contacts.ts';
import { Events } from './events.ts';
import type { Folder, List } from './lists.ts';
import { Mails } from './mails.ts';
import { Processes } from './processes.ts';
import { DEFAULT_SWITCHES, type SeedContact, type Switches } from './switches.ts';

/** One request as routes see it: authenticated, matched and charged. */
export interface Call {
  params: Record<string, string>;
  query: URLSearchParams;
  body: Buffer;
  now: number;
}

/** Everything that one Brevo account holds; a reset makes a new one. */
export class World {
  switches: Switches = { ...DEFAULT_SWITCHES };
  readonly attributes = new Attributes(ATTRIBUTES);
  readonly folders = new Map<number, Folder>(FOLDERS.map((folder) => [folder.id, { ...folder }]));
  readonly lists = new Map<number, List>(LISTS.map((list) => [list.id, { ...list }]));
  readonly contacts: Contacts;
  readonly events: Events;
  readonly processes: Processes;
  readonly mails = new Mails();
  readonly random: Random;
  readonly organizationId: string;

  constructor({ options }: SandboxContext) {
    const lag = (): number => options.readLag;
    this.contacts = new Contacts(lag);
    this.events = new Events(lag);
    this.processes = new Processes(() => options.importDelay);
    this.random = random(options.seed, 'brevo', 'calls');
    this.organizationId = hex(random(options.seed, 'brevo', 'organization'), 24);
    // Long past, so that no read lag hides them.
    for (const contact of firstContacts(options.seed)) this.seedContact(contact, 0);
  }

  /** Puts a contact into the account, over the one with the same identity. */
  seedContact(seed: SeedContact, at: number): void {
    const email = seed.email === undefined ? undefined : readEmail(seed.email);
    const before =
      email !== undefined
        ? this.contacts.find('email_id', email)
        : seed.ext_id === undefined
          ? undefined
          : this.contacts.find('ext_id', seed.ext_id);
    const plan = planWrite(
      this,
      { before, email, at },
      {
        attributes: seed.attributes ?? {},
        extId: seed.ext_id,
        listIds: readListIds(this, seed.listIds, 'listIds'),
        unlinkListIds: [],
        emailBlacklisted: seed.emailBlacklisted,
        smsBlacklisted: seed.smsBlacklisted,
      },
    );
    if (plan.clashes.length > 0) {
      throw new TypeError(`Seeded contact shares ${plan.clashes[0]?.identifier} with another contact`);
    }
    const createdAt = seed.createdAt === undefined ? at : Date.parse(seed.createdAt);
    const listUnsubscribed = seed.listUnsubscribed ?? [];
    this.contacts.put({ ...plan.next, createdAt, modifiedAt: createdAt, listUnsubscribed }, at);
  }

  /** An identifier that repeats with the seed. */
  uuid(): string {
    const digits = hex(this.random, 31);
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(12, 15)}`,
      `8${digits.slice(15, 18)}`,
      digits.slice(18, 30),
    ].join('-');
  }
}

/** Hexadecimal digits from a stream. */
export function hex(stream: Random, length: number): string {
  let text = '';
  while (text.length < length) text += stream.int(0, 15).toString(16);
  return text;
}
