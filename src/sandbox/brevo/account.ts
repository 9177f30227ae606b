import { random } from '../random.ts';
import type { SandboxAnswer } from '../types.ts';
import type { AttributeDefinition } from './attribute-values.ts';
import type { Folder, List } from './lists.ts';
import type { SeedContact } from './switches.ts';
import type { World } from './world.ts';

/** When the account was opened; everything that stands at start dates from then. */
const OPENED = Date.UTC(2025, 0, 13, 9);

/** Attributes at start: Brevo's own, those of a typical Zoom user, and one of every type. */
export const ATTRIBUTES: readonly AttributeDefinition[] = [
  { name: 'EMAIL', category: 'normal', type: 'text' },
  { name: 'FIRSTNAME', category: 'normal', type: 'text' },
  { name: 'LASTNAME', category: 'normal', type: 'text' },
  { name: 'SMS', category: 'normal', type: 'text' },
  { name: 'WHATSAPP', category: 'normal', type: 'text' },
  { name: 'LANDLINE_NUMBER', category: 'normal', type: 'text' },
  { name: 'EXT_ID', category: 'normal', type: 'text' },
  { name: 'JOB_TITLE', category: 'normal', type: 'text' },
  { name: 'COMPANY', category: 'normal', type: 'text' },
  { name: 'MEETING_JOIN_DATE', category: 'normal', type: 'date' },
  { name: 'MEETING_DURATION', category: 'normal', type: 'float' },
  { name: 'WEBINAR_NAME', category: 'normal', type: 'text' },
  { name: 'ATTENDANCE_STATUS', category: 'normal', type: 'text' },
  { name: 'UTM_SOURCE', category: 'normal', type: 'text' },
  { name: 'IS_CUSTOMER', category: 'normal', type: 'boolean' },
  {
    name: 'LIFECYCLE',
    category: 'category',
    enumeration: [
      { label: 'Lead', value: 1 },
      { label: 'Customer', value: 2 },
      { label: 'Partner', value: 3 },
    ],
  },
  {
    name: 'INTERESTS',
    category: 'normal',
    type: 'multiple-choice',
    multiCategoryOptions: ['Product', 'Pricing', 'Training'],
  },
  { name: 'ACCOUNT_OWNER', category: 'normal', type: 'user' },
  { name: 'ORDER_ID', category: 'transactional', type: 'id' },
  { name: 'CONTACTS_BLOCKED', category: 'global', calculatedValue: 'COUNT[BLACKLISTED,BLACKLISTED,<,NOW()]' },
];

/** Folders at start. */
export const FOLDERS: readonly Folder[] = [
  { id: 1, name: 'Zoom' },
  { id: 2, name: 'Marketing' },
];

/** Lists at start; the ids are those that examples and tests name. */
export const LISTS: readonly List[] = [
  { id: 4, name: 'Newsletter', folderId: 2, createdAt: OPENED },
  { id: 15, name: 'Zoom meeting participants', folderId: 1, createdAt: OPENED },
  { id: 16, name: 'Zoom webinar attendees', folderId: 1, createdAt: OPENED },
  { id: 17, name: 'Zoom webinar registrants', folderId: 1, createdAt: OPENED },
];

/** Contacts at start: newsletter readers who have nothing to do with Zoom, one of them unsubscribed. */
export function firstContacts(seed: number): SeedContact[] {
  const people = random(seed, 'brevo', 'contacts');
  const lastNames = ['Berg', 'Costa', 'Dubois', 'Eriksen', 'Fischer', 'Gruber', 'Hansen', 'Ivanova'];
  return ['Alma', 'Bruno', 'Clara', 'David', 'Elsa'].map((firstName, index) => {
    const lastName = people.pick(lastNames);
    return {
      email: `${firstName}.${lastName}.${index + 1}@newsletter.example`.toLowerCase(),
      attributes: { FIRSTNAME: firstName, LASTNAME: lastName, IS_CUSTOMER: people.chance(0.5) },
      listIds: [4],
      emailBlacklisted: index === 4,
      createdAt: new Date(OPENED + people.int(1, 90) * 86_400_000).toISOString(),
    };
  });
}

/** GET /account. */
export function getAccount(world: World): SandboxAnswer {
  const email = 'operator@sandbox.example';
  return {
    status: 200,
    json: {
      organization_id: world.organizationId,
      user_id: 1234567,
      enterprise: false,
      companyName: 'Sandbox Company',
      email,
      firstName: 'Sandbox',
      lastName: 'Operator',
      address: { city: 'Paris', country: 'France', street: '1 rue du Bac', zipCode: '75007' },
      dateTimePreferences: { timezone: 'Europe/Paris', timeFormat: '24', dateFormat: 'dd-mm-yyyy' },
      plan: [
        {
          type: 'subscription',
          credits: world.switches.notEnoughCredits ? 0 : 20_000,
          creditsType: 'sendLimit',
        },
      ],
      relay: { enabled: true, data: { userName: email, relay: 'smtp-relay.brevo.com', port: 587 } },
      marketingAutomation: { enabled: false },
    },
  };
}

/** GET /senders. */
export function listSenders(): SandboxAnswer {
  const sender = { id: 1, name: 'Sandbox Company', email: 'hello@sandbox.example', active: true, ips: [] };
  return { status: 200, json: { senders: [sender] } };
}

/** GET /smtp/templates. */
export function listTemplates(): SandboxAnswer {
  const date = new Date(OPENED).toISOString();
  const template = {
    id: 1,
    name: 'Recording available',
    subject: 'The recording of {{params.topic}}',
    isActive: true,
    testSent: false,
    sender: { id: '1', name: 'Sandbox Company', email: 'hello@sandbox.example' },
    replyTo: 'hello@sandbox.example',
    toField: '',
    tag: '',
    htmlContent: '<p>{{params.url}}</p>',
    createdAt: date,
    modifiedAt: date,
    doiTemplate: false,
  };
  return { status: 200, json: { count: 1, templates: [template] } };
}
