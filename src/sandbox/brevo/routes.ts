import type { SandboxAnswer } from '../types.ts';
import { getAccount, listSenders, listTemplates } from './account.ts';
import { createAttribute, listAttributes, updateAttribute } from './attributes.ts';
import type { Bucket } from './budgets.ts';
import { getContact, listContacts, listMembers } from './contact-reads.ts';
import { createContact, deleteContact, updateBatch, updateContact } from './contact-routes.ts';
import { createEvent, createEvents, listEvents } from './event-routes.ts';
import { importContacts } from './imports.ts';
import {
  addToList,
  createFolder,
  createList,
  getList,
  listFolders,
  listLists,
  removeFromList,
} from './lists.ts';
import { listMails, sendMail } from './mails.ts';
import { getProcess, listProcesses } from './processes.ts';
import type { Call, World } from './world.ts';

/** One operation of the official document. */
export interface Route {
  operation: string;
  method: string;
  template: readonly string[];
  bucket: Bucket;
  /** Charged to `other` instead when the switch `batchBucket` says so. */
  doubtful: boolean;
  handler: (world: World, call: Call) => SandboxAnswer;
}

/** What a path leads to: a route, or the methods that the path would take. */
export type Match = { route: Route; params: Record<string, string> } | { allowed: boolean };

const ROUTES: readonly Route[] = [
  route('GET /account', 'other', getAccount),
  route('GET /senders', 'other', listSenders),
  route('GET /processes', 'other', listProcesses),
  route('GET /processes/{processId}', 'other', getProcess),
  route('GET /contacts/attributes', 'contacts', listAttributes),
  route('POST /contacts/attributes/{attributeCategory}/{attributeName}', 'contacts', createAttribute),
  route('PUT /contacts/attributes/{attributeCategory}/{attributeName}', 'contacts', updateAttribute),
  route('GET /contacts/folders', 'contacts', listFolders),
  route('POST /contacts/folders', 'contacts', createFolder),
  route('GET /contacts/lists', 'contacts', listLists),
  route('POST /contacts/lists', 'contacts', createList),
  route('GET /contacts/lists/{listId}', 'contacts', getList),
  route('GET /contacts/lists/{listId}/contacts', 'contacts', listMembers),
  route('POST /contacts/lists/{listId}/contacts/add', 'contacts', addToList),
  route('POST /contacts/lists/{listId}/contacts/remove', 'contacts', removeFromList),
  route('GET /contacts', 'contacts', listContacts),
  route('POST /contacts', 'contacts', createContact),
  route('POST /contacts/batch', 'contacts', updateBatch),
  route('POST /contacts/import', 'contacts', importContacts),
  route('GET /contacts/{identifier}', 'contacts', getContact),
  route('PUT /contacts/{identifier}', 'contacts', updateContact),
  route('DELETE /contacts/{identifier}', 'contacts', deleteContact),
  route('POST /events', 'events', createEvent),
  route('POST /events/batch', 'events', createEvents, true),
  route('GET /events', 'events', listEvents, true),
  route('POST /smtp/email', 'smtp-send', sendMail),
  route('GET /smtp/emails', 'smtp-emails', listMails),
  route('GET /smtp/templates', 'smtp-read', listTemplates),
];

/** Words below /contacts that are places of their own, never a contact's identifier. */
const PLACES = new Set(['attributes', 'batch', 'folders', 'import', 'lists']);

/** Finds the operation that a request addresses. */
export function match(method: string, rawPath: string): Match {
  const segments = rawPath.split('/').slice(1).map(decode);
  let allowed = false;
  for (const candidate of ROUTES) {
    const params = fits(candidate.template, segments);
    if (!params || PLACES.has(params['identifier'] ?? '')) continue;
    if (candidate.method === method) return { route: candidate, params };
    allowed = true;
  }
  return { allowed };
}

/** The bucket of a path that no operation owns: Brevo counts by path, not by operation. */
export function bucketOfPath(rawPath: string): Bucket {
  if (/^\/contacts(\/|$)/.test(rawPath)) return 'contacts';
  if (/^\/events(\/|$)/.test(rawPath)) return 'events';
  return /^\/smtp(\/|$)/.test(rawPath) ? 'smtp-read' : 'other';
}

function route(operation: string, bucket: Bucket, handler: Route['handler'], doubtful = false): Route {
  const [method = '', path = ''] = operation.split(' ');
  return { operation, method, template: path.split('/').slice(1), bucket, doubtful, handler };
}

function fits(
  template: readonly string[],
  segments: readonly (string | undefined)[],
): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index];
    if (segment === undefined || segment === '') return undefined;
    if (part.startsWith('{')) params[part.slice(1, -1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

/** A raw `+` becomes a space, as callers who forget to encode an address find out; `%2B` stays a plus. */
function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
