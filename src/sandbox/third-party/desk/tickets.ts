/** Tickets: made, changed, commented on and listed by offset. */
import type { SandboxAnswer } from '../../types.ts';
import { formOf, jsonObject, type Visit, wholeOf } from '../routes.ts';
import { Refusal } from './refusal.ts';
import { PRIORITIES, STATUSES, type Status, type Ticket, type World } from './world.ts';

/** Told when something has happened to a ticket. */
export type Tell = (event: string, ticket: Ticket) => void;

/** One page by offset, as the desk pages everything. */
export function pageOf(rows: readonly unknown[], query: URLSearchParams): SandboxAnswer {
  const startAt = wholeOf(query, 'startAt', { least: 0, most: 1_000_000, normal: 0 });
  const maxResults = wholeOf(query, 'maxResults', { least: 1, most: 25, normal: 10 });
  if (startAt === undefined || maxResults === undefined) {
    throw new Refusal(400, 'startAt and maxResults must be whole numbers; maxResults at most 25');
  }
  const values = rows.slice(startAt, startAt + maxResults);
  return { status: 200, json: { startAt, maxResults, total: rows.length, values } };
}

export function listTickets(world: World, { request: { query } }: Visit): SandboxAnswer {
  const project = query.get('project');
  const statuses = query.get('status')?.split(',');
  const labels = query.getAll('label');
  const rows = [...world.tickets.values()].filter(
    (one) =>
      (project === null || one.project === project) &&
      (statuses === undefined || statuses.includes(one.status)) &&
      labels.every((label) => one.labels.includes(label)),
  );
  return pageOf(rows, query);
}

export function getTicket(world: World, { params }: Visit): SandboxAnswer {
  return { status: 200, json: ticketOf(world, params) };
}

export function createTicket(world: World, { request }: Visit, tell: Tell): SandboxAnswer {
  const body = read(jsonObject(request));
  const errors = wrongs(world, body, String(body['project']));
  for (const name of ['project', 'issueType', 'summary']) {
    if (body[name] === undefined) errors[name] = 'is required';
  }
  if (Object.keys(errors).length > 0) throw new Refusal(400, '', errors);
  const ticket = world.open(known(body) as Pick<Ticket, 'project' | 'issueType' | 'summary'>);
  tell('ticket.created', ticket);
  return { status: 201, json: ticket };
}

export function updateTicket(world: World, { request, params }: Visit, tell: Tell): SandboxAnswer {
  const ticket = ticketOf(world, params);
  const body = read(jsonObject(request));
  const errors = wrongs(world, body, ticket.project);
  if (body['project'] !== undefined && body['project'] !== ticket.project)
    errors['project'] = 'cannot be changed';
  if (Object.keys(errors).length > 0) throw new Refusal(400, '', errors);
  Object.assign(ticket, known(body), { updated: world.now() });
  tell('ticket.updated', ticket);
  return { status: 200, json: ticket };
}

export function deleteTicket(world: World, { params }: Visit): SandboxAnswer {
  world.tickets.delete(ticketOf(world, params).key);
  return { status: 204 };
}

/** A form in one line, as older operations take it. */
export async function moveTicket(
  world: World,
  { request, params }: Visit,
  tell: Tell,
): Promise<SandboxAnswer> {
  const ticket = ticketOf(world, params);
  const status = (await formOf(request))?.get('status');
  const to = STATUSES.find((one) => one === status);
  if (to === undefined) throw new Refusal(400, '', { status: `must be one of ${STATUSES.join(', ')}` });
  move(world, ticket, to, tell);
  return { status: 200, json: ticket };
}

/** Another status, and everybody is told. */
export function move(world: World, ticket: Ticket, status: Status, tell: Tell): void {
  Object.assign(ticket, { status, updated: world.now() });
  tell(status === 'solved' ? 'ticket.solved' : 'ticket.updated', ticket);
}

export function addComment(world: World, { request, params }: Visit, tell: Tell): SandboxAnswer {
  const ticket = ticketOf(world, params);
  const { body } = read(jsonObject(request));
  if (typeof body !== 'string' || body === '') throw new Refusal(400, '', { body: 'is required' });
  const comment = { id: ticket.comments.length + 1, author: 'api', body };
  ticket.comments.push(comment);
  tell('ticket.commented', ticket);
  return { status: 201, json: comment };
}

export async function attach(world: World, { request, params }: Visit): Promise<SandboxAnswer> {
  const ticket = ticketOf(world, params);
  const file = (await formOf(request))?.get('file');
  if (!(file instanceof File)) throw new Refusal(400, '', { file: 'is required, as multipart/form-data' });
  const id = ticket.attachments.length + 1;
  const attachment = { id, filename: file.name, size: file.size, contentType: file.type };
  ticket.attachments.push(attachment);
  return { status: 201, json: attachment };
}

function ticketOf(world: World, params: Readonly<Record<string, string>>): Ticket {
  const ticket = world.tickets.get(params['ticketKey'] ?? '');
  if (ticket === undefined) throw new Refusal(404, `There is no ticket ${params['ticketKey']}.`);
  return ticket;
}

function read(body: Record<string, unknown> | undefined): Record<string, unknown> {
  if (body === undefined) throw new Refusal(400, 'The body must be a JSON object.');
  return body;
}

/** What the desk refuses: names and ids that it does not have, as real desks do. */
function wrongs(world: World, body: Record<string, unknown>, key: string): Record<string, string> {
  const errors: Record<string, string> = {};
  const { project: given, issueType, summary, priority, assignee, labels, reporter } = body;
  const project = world.project(key);
  if (given !== undefined && project === undefined)
    errors['project'] = `there is no project ${JSON.stringify(given)}`;
  if (issueType !== undefined && project && !project.issueTypes.some(({ id }) => id === issueType)) {
    errors['issueType'] = `the project ${key} has no issue type ${JSON.stringify(issueType)}`;
  }
  if (summary !== undefined && (typeof summary !== 'string' || summary === ''))
    errors['summary'] = 'must be a text';
  if (priority !== undefined && !PRIORITIES.some((one) => one === priority)) {
    errors['priority'] = `must be one of ${PRIORITIES.join(', ')}`;
  }
  if (typeof assignee === 'string' && !world.users.some(({ id, active }) => id === assignee && active)) {
    errors['assignee'] = `there is no active user ${assignee}`;
  }
  if (
    reporter !== undefined &&
    reporter !== null &&
    !(typeof reporter === 'string' && reporter.includes('@'))
  ) {
    errors['reporter'] = 'must be an e-mail address';
  }
  if (labels !== undefined && !(Array.isArray(labels) && labels.every((one) => typeof one === 'string'))) {
    errors['labels'] = 'must be a list of texts';
  }
  return errors;
}

const MEMBERS = new Set([
  'project',
  'issueType',
  'summary',
  'description',
  'priority',
  'reporter',
  'assignee',
  'labels',
]);

function known(body: Record<string, unknown>): Partial<Ticket> {
  return Object.fromEntries(Object.entries(body).filter(([name]) => MEMBERS.has(name)));
}
