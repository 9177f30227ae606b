import { asObject } from './answers.ts';

/** A contact that stands in the account before the client comes. */
export interface SeedContact {
  email?: string;
  ext_id?: string;
  attributes?: Record<string, unknown>;
  listIds?: number[];
  listUnsubscribed?: number[];
  emailBlacklisted?: boolean;
  smsBlacklisted?: boolean;
  createdAt?: string;
}

/** How the simulator behaves where Brevo's real behaviour is not known, or differs from account to account. */
export interface Switches {
  /** Attributes that the account does not have: dropped in silence, or 400 "Attribute not found". */
  unknownAttributes: 'drop' | 'refuse';
  /** Code of the "already associated with another Contact" answer: the older one, or the one seen since 05/2026. */
  duplicateCode: 'duplicate_parameter' | 'invalid_parameter';
  /** POST /contacts/batch with a bad member: nothing is applied and 400, or the good ones are and 204. */
  batch: 'all-or-nothing' | 'skip-bad';
  /** Probability of 425 on POST and PUT of one contact. */
  tooEarly: number;
  /** POST /smtp/email answers 402. */
  notEnoughCredits: boolean;
  /** An event for an address that is no contact: kept without contact, or the contact is created. */
  eventsForUnknownContacts: 'keep' | 'create';
  /** Budget of POST /events/batch and GET /events: that of events, or that of everything else. */
  batchBucket: 'events' | 'other';
  /** List addition or removal that changes nobody: 201 with `failure` only, or the 400 that users report. */
  listNoChange: 'accept' | 'refuse';
}

/** What `configure` takes: any of the switches, and contacts to put into the account. */
export type BrevoSettings = Partial<Switches> & { contacts?: SeedContact[] };

/** The switches at start. */
export const DEFAULT_SWITCHES: Switches = {
  unknownAttributes: 'drop',
  duplicateCode: 'duplicate_parameter',
  batch: 'all-or-nothing',
  tooEarly: 0,
  notEnoughCredits: false,
  eventsForUnknownContacts: 'keep',
  batchBucket: 'events',
  listNoChange: 'accept',
};

const CHOICES: Record<string, readonly unknown[]> = {
  unknownAttributes: ['drop', 'refuse'],
  duplicateCode: ['duplicate_parameter', 'invalid_parameter'],
  batch: ['all-or-nothing', 'skip-bad'],
  eventsForUnknownContacts: ['keep', 'create'],
  batchBucket: ['events', 'other'],
  listNoChange: ['accept', 'refuse'],
};

/** Checks settings that came as JSON: a misspelt switch must not pass as "no effect". */
export function checkSettings(settings: BrevoSettings): {
  switches: Partial<Switches>;
  contacts: SeedContact[];
} {
  const given = asObject(settings);
  if (!given) throw new TypeError('Brevo settings must be an object');
  const { contacts = [], ...switches } = settings;
  for (const [name, value] of Object.entries(switches)) {
    const problem = problemOf(name, value);
    if (problem) throw new TypeError(`Brevo setting "${name}" ${problem}`);
  }
  if (!Array.isArray(contacts) || !contacts.every((contact) => asObject(contact) && hasIdentity(contact))) {
    throw new TypeError(
      'Brevo setting "contacts" must be a list of contacts with email, ext_id or attributes.SMS',
    );
  }
  return { switches, contacts };
}

function problemOf(name: string, value: unknown): string | undefined {
  if (name === 'tooEarly') {
    return typeof value === 'number' && value >= 0 && value <= 1 ? undefined : 'must be a number from 0 to 1';
  }
  if (name === 'notEnoughCredits') return typeof value === 'boolean' ? undefined : 'must be true or false';
  const choices = CHOICES[name];
  if (!choices) return `is not known; known are ${Object.keys(DEFAULT_SWITCHES).join(', ')}, contacts`;
  return choices.includes(value) ? undefined : `must be one of ${choices.join(', ')}`;
}

function hasIdentity(contact: SeedContact): boolean {
  return Boolean(contact.email ?? contact.ext_id ?? contact.attributes?.['SMS']);
}
